"""Every operation of the API and who may use it, written by hand.

After the address: whose accounts may (C clerk, V verifier, S supervisor, O organization,
A administrator, L auditor), which scope their token needs for it (``any`` is each of them,
``acts`` each but ``read``, ``+`` is ``read`` with another one), and for an act who sees the thing
it is about with the scope ``read``: they are told that they may not, everybody else that there is
nothing.
"""

API_TABLE = """
GET   /findings                           CVSO read
GET   /findings/{reference}               CVSO read
GET   /findings/{reference}/events        CVSO read
GET   /findings/{reference}/why           CVSO read
GET   /findings/{reference}/forecast      CVSO read
GET   /findings/{reference}/submissions   CVSO read
GET   /findings/{reference}/extensions    CVSO read
GET   /findings/{reference}/explanations  CVSO read
GET   /findings/{reference}/evidence      CVSO read
PATCH /findings/{reference}               C    clerk  CVSO
POST  /findings/{reference}/submissions   O    unit   CVSO
POST  /findings/{reference}/acceptances   V    decide CVSO
POST  /findings/{reference}/returns       V    decide CVSO
POST  /findings/{reference}/reinstatements S   decide CVSO
POST  /findings/{reference}/extensions    O    unit   CVSO
POST  /findings/{reference}/explanations  O    unit   CVSO
POST  /findings/{reference}/evidence      O    unit   CVSO
GET   /letters                            CVSO read
GET   /letters/{reference}                CVSO read
GET   /letters/{reference}/findings       CVSO read
GET   /letters/{reference}/document       CVSO read
POST  /letters/{reference}/acknowledge    O    unit   CVSO
POST  /letters/{reference}/annul-receipt  C    clerk  CVSO
POST  /letters/preview                    C    clerk  CVSO
POST  /letters                            C    clerk  CVSO
GET   /exports/ledger                     CVSO read
GET   /imports                            C    read
GET   /imports/{number}                   C    read
GET   /imports/{number}/rows              C    read
POST  /imports                            C    clerk
POST  /imports/{number}/apply             C    clerk
GET   /views                              CVS  read
GET   /views/{number}                     CVS  read
POST  /views                              CVS  +      CVS
DELETE /views/{number}                    CVS  +      CVS
GET   /organizations                      CVSO read
GET   /organizations/{code}               CVSO read
GET   /organizations/{code}/contacts      CVSO read
GET   /organizations/{code}/stats         CVSO read
POST  /organizations                      C    clerk  CVSO
PATCH /organizations/{code}               C    clerk  CVSO
POST  /organizations/{code}/contacts      C    clerk  CVSO
GET   /organizations/{code}/contacts/{number} CVSO read
PATCH /organizations/{code}/contacts/{number} C clerk CVSO
DELETE /organizations/{code}/contacts/{number} C clerk CVSO
GET   /extensions                         CVSO read
GET   /extensions/{number}                CVSO read
POST  /extensions/{number}/approve        S    decide CVSO
POST  /extensions/{number}/decline        S    decide CVSO
POST  /extensions/{number}/revoke         S    decide CVSO
GET   /escalations                        CVS  read
GET   /escalations/{number}               CVS  read
POST  /escalations/{number}/approve       S    decide CVS
POST  /escalations/{number}/decline       S    decide CVS
POST  /escalations/{number}/rescind       S    decide CVS
GET   /runs                               CVS  read
GET   /runs/preview                       CVS  read
GET   /runs/{number}                      CVS  read
GET   /runs/{number}/items                CVS  read
POST  /runs                               CS   ops    CVS
GET   /messages                           CVS  read
GET   /messages/{number}                  CVS  read
POST  /messages/{number}/resend           C    ops    CVS
POST  /messages/{number}/settle           C    ops    CVS
GET   /stats/summary                      CVSO read
GET   /stats/heatmap                      CVS  read
GET   /stats/ageing                       CVS  read
GET   /stats/ontime                       CVS  read
GET   /stats/month                        CVS  read
GET   /calendars/{year}                   CVSO read
PUT   /calendars/{year}                   C    clerk  CVSO
GET   /changes                            CVS  read
GET   /changes/{number}                   CVS  read
POST  /changes/{number}/approve           S    decide CVS
POST  /changes/{number}/decline           S    decide CVS
GET   /users                              A    ops
GET   /users/{number}                     A    ops
POST  /users                              A    ops
PATCH /users/{number}                     A    ops
GET   /tokens                             CVSOAL any
POST  /tokens                             CVSOAL acts   CVSOAL
DELETE /tokens/{number}                   CVSOAL acts   CVSOAL
GET   /due                                CVSO read
GET   /events                             CVSO read
GET   /audit                              L    read
"""

BODIES = {
    "PATCH /findings/{reference}": {"text": "x"},
    "POST /findings/{reference}/submissions": {"report": "x"},
    "POST /findings/{reference}/returns": {"reason": "x"},
    "POST /findings/{reference}/reinstatements": {"reason": "x"},
    "POST /findings/{reference}/extensions": {"period": "5wd", "reason": "x"},
    "POST /findings/{reference}/explanations": {"text": "x"},
    "POST /extensions/{number}/decline": {"reason": "x"},
    "POST /escalations/{number}/decline": {"reason": "x"},
    "POST /extensions/{number}/revoke": {"reason": "x"},
    "POST /escalations/{number}/rescind": {"reason": "x"},
    "POST /letters/{reference}/annul-receipt": {"reason": "x"},
    "POST /organizations": {"name": "单位north"},
    "PATCH /organizations/{code}": {"group": "x"},
    "POST /organizations/{code}/contacts": {"name": "x", "role": "contact", "email": "nowhere"},
    "PATCH /organizations/{code}/contacts/{number}": {"name": "x"},
    "POST /messages/{number}/settle": {"reason": "x"},
    "PUT /calendars/{year}": {
        "year": 2031,
        "notice": {"number": "x", "date": "2030-11-01"},
        "holidays": [{"name": "x", "off": ["2031-01-01"]}],
    },
    "POST /changes/{number}/decline": {"reason": "x"},
    "POST /users": {"login": "x", "name": "x", "role": "clerk", "organization": "nowhere"},
    "PATCH /users/{number}": {"active": False},
    "POST /tokens": {"name": "x", "scopes": [], "days": 1},
    "POST /imports/{number}/apply": {"checked": "0" * 12},
    "POST /views": {"name": "x", "query": "state=lost"},
    "POST /letters/preview": {},
    "POST /letters": {"seen": [1]},
}
"""A body that each act can read; the others take none."""
