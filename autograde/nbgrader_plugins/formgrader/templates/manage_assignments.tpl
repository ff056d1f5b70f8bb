{%- extends 'nbgrader/manage_assignments.tpl' -%}

{%- block head -%}
{{ super() }}
<script src="{{ base_url }}/formgrader/autograde/static/formgrader.js"></script>
<link rel="stylesheet" href="{{ base_url }}/formgrader/autograde/static/formgrader.css">
{%- endblock head -%}
