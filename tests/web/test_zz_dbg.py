from tests.web.test_mails import *
def test_x(two, site):
    with smtp_server(Postbox(rcpt="550 no such user")) as box:
        send(by_smtp(two, box.port))
    mail = two.messages()[0]
    clerk = site.person("li", "clerk")
    path = f"/mails/{mail.id}"
    clerk.get(path)
    clerk.post(f"{path}/send-again", {"reason": "their mailbox was mended"})
    with smtp_server(Postbox()) as box:
        r=send_due(two.database, now=at("2099-01-05T09:00"), settings=by_smtp(two, box.port).settings)
        print(r)
    for m in two.messages(): print(m.id, m.to, m.template, m.state, m.answer, m.next_attempt_at)
    assert 0
