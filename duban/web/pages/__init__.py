"""The pages: each file is one place of the product, its template beside it in ``templates``."""
