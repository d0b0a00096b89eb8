"""An example press office: a site, the server that shows it on loopback, and the rows that its releases should give."""
