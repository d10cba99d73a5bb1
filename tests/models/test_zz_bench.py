import time
from tests.models.plans import NOW, fill
from models.queries.month import month_figures
from models.month import month_of, month_before
from sqlalchemy import text
def test_x(database):
    with database.begin() as session:
        fill(session, 200_000)
        session.connection().execute(text("ANALYZE"))
    for m in (month_of(NOW), month_before(NOW)):
        with database.read() as session:
            t=time.perf_counter(); f=month_figures(session, m, NOW); print(m, round(time.perf_counter()-t,2), f.acts, f.theirs, f.total)
