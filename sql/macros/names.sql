{# A view keeps the names that it was made with. The published file has another name than the working one, and people attach
   it under names of their own, so no relation may be named with its database; what is only prepared in memory is never published. #}

{% macro ref() %}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {{ return(relation if relation.database == 'scratch' else relation.include(database=false)) }}
{% endmacro %}

{% macro source() %}
    {{ return(builtins.source(*varargs, **kwargs).include(database=false)) }}
{% endmacro %}

{% macro generate_schema_name(custom_schema_name, node) %}
    {{ return(custom_schema_name or target.schema) }}
{% endmacro %}
