# The bot in production: PostgreSQL and S3 come from the environment, see docs/operations.md.
# The version that the tests run on.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

COPY requirements/bot.txt requirements/bot.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/bot.txt

COPY main.py ./
COPY bot bot
COPY domain domain
COPY handlers handlers
COPY migrations migrations

RUN useradd --create-home bot && mkdir data && chown bot data
USER bot
VOLUME /app/data

# SIGTERM ends it within ten seconds: what runs is finished, and nothing is confirmed that is not stored.
STOPSIGNAL SIGTERM
CMD ["python", "main.py", "run"]
