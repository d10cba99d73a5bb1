"""Every operation of the API and who may use it, written by hand.

After the address: whose accounts may (C clerk, V verifier, S supervisor, O organization,
L auditor), which scope their token needs for it, and for an act who sees the thing it is about
with the scope ``read``: they are told that they may not, everybody else that there is nothing.
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
POST  /letters/{reference}/acknowledge    O    unit   CVSO
POST  /letters/{reference}/annul-receipt  C    clerk  CVSO
POST  /letters/preview                    C    clerk  CVSO
POST  /letters                            C    clerk  CVSO
GET   /organizations                      CVSO read
GET   /organizations/{code}               CVSO read
GET   /organizations/{code}/contacts      CVSO read
GET   /organizations/{code}/stats         CVSO read
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
GET   /stats/summary                      CVSO read
GET   /calendars/{year}                   CVSO read
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
    "POST /letters/preview": {},
    "POST /letters": {"seen": [1]},
}
"""A body that each act can read; the others take none."""
