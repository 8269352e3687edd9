"""Reads an array of cases from standard input and writes the tokens that the AWS CLI's own botocore makes of them, each at the case's own time."""
import datetime
import json
import sys
from types import SimpleNamespace

try:
    import awscli  # noqa: F401  the AWS CLI v2 carries its botocore inside and puts it on the path
except ImportError:
    pass
from botocore import auth, credentials, hooks, model, signers

now = None


class Fixed(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return now.replace(tzinfo=None)

    @classmethod
    def now(cls, tz=None):
        return now


auth.datetime = SimpleNamespace(datetime=Fixed, timezone=datetime.timezone, timedelta=datetime.timedelta)
if hasattr(auth, "get_current_datetime"):
    auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now

emitter = hooks.HierarchicalEmitter()  # the signer itself holds only a weak reference
tokens = []
for c in json.load(sys.stdin):
    now = datetime.datetime.fromtimestamp(c["epochSeconds"], datetime.timezone.utc)
    keys = credentials.Credentials(c["accessKeyId"], c["secretAccessKey"], c.get("sessionToken"))
    signer = signers.RequestSigner(model.ServiceId("RDS"), c["region"], "rds", "v4", keys, emitter)
    client = SimpleNamespace(_request_signer=signer, meta=SimpleNamespace(region_name=c["region"]))
    tokens.append(signers.generate_db_auth_token(client, c["host"], c["port"], c["user"], c["region"]))
json.dump(tokens, sys.stdout)
