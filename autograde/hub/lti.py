"""What a hub's configuration says where people come from a learning platform by LTI 1.3.

Sources: 1EdTech Security Framework 1.0, 5.1.1 (the login, step by step), as ltiauthenticator 1.6 does it;
LTI 1.3, appendix B (custom parameters and their variables); Canvas, "Launch Overview" and "Configuring" at
developerdocs.instructure.com; Moodle, mod/lti/openid-configuration.php.
"""

LINES = """\
# At the end of jupyterhub_config.py, after: pip install jupyterhub-ltiauthenticator
# Your platform shows these values when the hub is registered there as a tool.
c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
c.LTI13Authenticator.issuer = "https://PLATFORM"
c.LTI13Authenticator.client_id = {"CLIENT_ID"}
c.LTI13Authenticator.authorize_url = "https://PLATFORM/AUTHORIZE"
c.LTI13Authenticator.jwks_endpoint = "https://PLATFORM/JWKS"
c.LTI13Authenticator.username_key = "custom_account"
# Moodle: https://SITE, https://SITE/mod/lti/auth.php, https://SITE/mod/lti/certs.php
# Canvas: https://canvas.instructure.com, https://sso.canvaslms.com/api/lti/authorize_redirect,
#         https://sso.canvaslms.com/api/lti/security/jwks; where you host it yourself, your own addresses
# Give the platform these addresses of the hub:
#   login: https://HUB/hub/lti13/oauth_login   launch: https://HUB/hub/lti13/oauth_callback
# and this custom parameter, the account's name there, which people cannot choose, as some can their e-mail:
#   account=$User.username
# It names an account of this machine that hub.toml lists; `learner_group` is for the login by PAM alone.
"""
