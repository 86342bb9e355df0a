"""Words that people make passwords and labels of, in several languages. Facts, no secrets."""

NOUNS = """
harbor window coffee silver dragon monkey sunshine football baseball shadow master hunter tiger eagle falcon
mustang winter garden river ocean mountain forest guitar piano rocket planet galaxy castle knight wizard ninja
pirate cookie banana cherry orange purple yellow marble copper anchor bridge candle diamond feather ginger
hammer island jungle kitten lemon magnet needle onion pepper quartz rabbit saddle tunnel umbrella velvet walnut
zebra button carpet donkey engine flower grape helmet iceberg jacket kettle ladder mirror napkin pencil
""".split()
ABROAD = """
sommer schatz hallo passwort schule fenster garten blume wasser hund katze strasse morgen liebe muenchen
bonjour soleil fromage voiture maison chien chaton bateau jardin lumiere princesse azerty amour marseille
hola amigo verano corazon perro gato playa sevilla barcelona tequiero estrella mariposa fuego luna
ciao amore estate mare gelato juventus milano cane gatto stella cuore farfalla napoli
praia saudade futebol brasil flamengo coracao cachorro obrigado lisboa
zomer fiets kaas tulp molen hond straat welkom amsterdam
polska kochanie misiek zima kwiatek lato myszka
leto zima ahoj praha kocka pejsek slunicko
sommar katt hund stjarna kaerlek fisk skog
kesa talvi kissa koira metsa jarvi aurinko
""".split()
PEOPLE = """
michael jennifer daniel thomas jessica ashley andrew charlie robert matthew anna maria sophie lucas martin
nicole stefan andreas julia laura pierre camille antoine carlos sofia diego giulia marco paolo joao ana pedro
jan kees piotr kasia agnieszka jana tomas erik lars ingrid mikko satu yusuf ayse mehmet ivan olga dmitri
""".split()
FIRMS = """
acme globex initech umbrella contoso fabrikam northwind wayne stark hooli piedpiper vandelay dunder tyrell
cyberdyne weyland aperture blackmesa oscorp gringotts soylent monarch octan
""".split()
SEASONS = "spring summer autumn fall winter january march april june july august october november monday friday".split()
WALKS = """
qwerty qwertz azerty asdfgh zxcvbn qazwsx 1qaz2wsx qwer1234 asdf1234 zaq12wsx q1w2e3r4 1q2w3e4r5t poiuyt
qweasdzxc !qaz2wsx zxcv1234 qwaszx
""".split()
NAMES = """
password passwd db_password DB_PASSWORD dbPassword mysql_password smtp_password admin_password userPassword
MYSQL_ROOT_PASSWORD redis_password ldapPassword ftp_pass proxy_pwd jdbc.password spring.datasource.password
keystorePassword ADMIN_PASS POSTGRES_PASSWORD mail.password rootPassword pwd user_passwd wifi_passphrase
""".split()
LABELS = [
    "Password", "Passwort", "Mot de passe", "Wachtwoord", "Heslo", "Senha", "Parola", "Salasana",
    "Enter your password", "Please choose a strong password", "The passwords do not match", "Forgot your password?",
    "Your password must be at least 8 characters long", "Confirm password", "Neues Passwort eingeben",
    "Veuillez saisir votre mot de passe", "Introduzca su contraseña", "Wachtwoord vergeten?", "Sign in",
    "Password is required", "Kennwort bestätigen", "Ihr Passwort ist abgelaufen", "Nueva contraseña",
]
PLACEHOLDERS = [
    "changeme", "<password>", "your_password_here", "your-password", "xxxxxxxx", "********", "REPLACE_ME", "<your-password>",
    "${DB_PASSWORD}", "{{ password }}", "%(password)s", "$PASSWORD", "%PASSWORD%", "#{password}", "{password}", "TODO",
    "[REDACTED]", "none", "null", "password", "secret", "insert_password_here", "<%= password %>", "$(cat /run/secrets/db)",
    "__PASSWORD__", "@password@", "ENTER_PASSWORD", "PASSWORD_PLACEHOLDER", "dummy_password", "...",
]
IDENTIFIERS = [
    "user_password", "passwordField", "PASSWORD_FIELD", "password_input", "getPassword", "inputPassword", "new_password",
    "currentPassword", "db_password", "hash_password", "login-password-input", "passwordResetToken", "PasswordValidator",
    "form.password", "self.password", "config.password", "user.passwd", "auth.password.reset", "settings.DB_PASSWORD",
    "org.acme.security.PasswordEncoder", "password_hash", "validate_password", "ask_pass", "password-strength-meter",
    "btn-show-password", "txtPassword", "PasswordChangeForm", "md5_password",
]
PATHS = [
    "/run/secrets/db_password", "/etc/app/passwords.txt", "./config/password.yml", "~/.pgpass", "secrets/password.txt",
    "C:\\\\app\\\\pass.txt", "https://example.com/password/reset", "/account/password", "auth/password_reset.html",
    "../keys/passwd", "file:///etc/passwd", "classpath:passwords.properties", "vault:secret/data/db#password",
    "arn:aws:secretsmanager:eu-west-1:1:secret:db", "templates/password.html", "op://vault/item/password",
]
