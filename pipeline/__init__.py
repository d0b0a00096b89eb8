"""Readout's pipeline: press releases in, tables of events, attendees and topics out."""
