{%- extends 'nbgrader/manage_submissions.tpl' -%}

{%- block head -%}
{{ super() }}
<script src="{{ base_url }}/formgrader/autograde/static/formgrader.js"></script>
<link rel="stylesheet" href="{{ base_url }}/formgrader/autograde/static/formgrader.css">
{%- endblock head -%}

{%- block messages -%}
<div class="autograde-bar">
  <button type="button" class="btn btn-primary" id="autograde-all">Autograde all</button>
  <button type="button" class="btn btn-default" id="feedback-all">Generate all feedback</button>
  <span>or one submission by its symbols below. The server goes on answering meanwhile.</span>
</div>
<div id="autograde-progress" role="status" aria-live="polite"></div>
{%- endblock -%}
