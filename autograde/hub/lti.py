"""What a hub's configuration says where people come from a learning platform by LTI 1.3."""

LINES = """\
# At the end of jupyterhub_config.py, after: pip install jupyterhub-ltiauthenticator
# Your platform shows these values.
c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
c.LTI13Authenticator.issuer = "https://PLATFORM"
c.LTI13Authenticator.client_id = {"CLIENT_ID"}
c.LTI13Authenticator.authorize_url = "https://PLATFORM/AUTHORIZE"
c.LTI13Authenticator.jwks_endpoint = "https://PLATFORM/JWKS"
c.LTI13Authenticator.username_key = "email"  # what names an account of this machine there; it must exist here
# Give the platform these addresses of the hub:
#   login: https://HUB/hub/lti13/oauth_login   launch: https://HUB/hub/lti13/oauth_callback
"""
