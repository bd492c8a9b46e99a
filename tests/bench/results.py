"""What was measured: rows with limits, as Markdown and as JSON."""
import datetime
import json
import math
import os
import platform

import measurement


def rounded(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


class Results:
    def __init__(self, size):
        self.size = size
        self.rows = []
        self.costs = {}
        self.notes = []
        self.growth = {}

    def ratio(self, job, title, costs, name, to, limit=None, at_least=False, what="seconds"):
        """`name` in units of `to`; at_least: how fast it is in units of `to`, so the other way round."""
        figure = costs.ratio(to, name, what) if at_least else costs.ratio(name, to, what)
        self.row(job, title, figure, limit, at_least)

    def row(self, job, title, figure, limit=None, at_least=False, unit=""):
        if not isinstance(figure, dict):
            figure = {"median": figure, "low": figure, "high": figure}
        for value in figure.values():
            if not math.isfinite(value) or value <= 0:
                raise measurement.Broken(f"{job} {title}: {figure} is no figure")
        met = None
        # At small sizes what does not grow weighs most, so that limits say nothing there.
        if limit is not None and self.size == "full":
            met = figure["median"] >= limit if at_least else figure["median"] <= limit
        self.rows.append({"job": job, "title": title, **figure, "limit": limit, "at_least": at_least,
                          "unit": unit, "met": met})
        measurement.tell(f"{job:>3} {title}: {rounded(figure['median'])}{unit} "
                         f"({rounded(figure['low'])} to {rounded(figure['high'])})"
                         + ("" if met is None else " met" if met else f" MISSED, limit {limit}"))

    def keep(self, job, costs):
        """All costs of a job, for the JSON; every one of them must be a time."""
        for name, cost in costs.summary().items():
            if not 0 < cost["seconds"]["median"] < 3600 or cost["peak_megabytes"] <= 0:
                raise measurement.Broken(f"{job} {name}: {cost} is no cost")
        self.costs.setdefault(str(job), {}).update(costs.summary())

    def note(self, text):
        self.notes.append(text)
        measurement.tell(text)

    def missed(self):
        return sorted({row["job"] for row in self.rows if row["met"] is False})

    def machine(self):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"

    def head(self):
        return {"date": datetime.date.today().isoformat(), "machine": self.machine(),
                "load": round(os.getloadavg()[0], 1), "size": self.size,
                "versions": [measurement.must([os.environ["MTLSCA"], "version"]).strip(),
                             measurement.must(["openssl", "version"]).strip()]}

    def write_json(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**self.head(), "rows": self.rows, "costs": self.costs, "growth": self.growth,
                       "notes": self.notes}, file, indent=1)
            file.write("\n")

    def markdown(self):
        head = self.head()
        yield f"{head['date']}: {head['machine']}; {'; '.join(head['versions'])}; load {head['load']} at the end."
        yield ""
        yield "| # | figure | median (10th to 90th percentile) | limit | |"
        yield "| --- | --- | --- | --- | --- |"
        for row in sorted(self.rows, key=lambda one: one["job"]):
            limit = "" if row["limit"] is None else f"{'≥' if row['at_least'] else '≤'} {rounded(row['limit'])}"
            met = {None: "", True: "met", False: "**missed**"}[row["met"]]
            figure = f"{rounded(row['median'])} ({rounded(row['low'])} to {rounded(row['high'])})"
            yield f"| {row['job']} | {row['title']} | {figure}{row['unit']} | {limit} | {met} |"
        yield from self.cost_table()
        yield from self.growth_table()
        yield ""
        yield from (f"- {note}" for note in self.notes)

    def cost_table(self):
        yield ""
        yield "| # | what | wall, ms | processor, ms | peak, MB |"
        yield "| --- | --- | --- | --- | --- |"
        for job in sorted(self.costs, key=int):
            for name, cost in self.costs[job].items():
                times = (rounded(cost[what]["median"] * 1000) for what in ("seconds", "processor_seconds"))
                yield f"| {job} | {name} | {' | '.join(times)} | {cost['peak_megabytes']} |"

    def growth_table(self):
        if not self.growth:
            return
        columns = list(next(iter(self.growth.values())))
        yield ""
        yield f"| certificates | {' | '.join(columns)} |"
        yield f"| --- |{' --- |' * len(columns)}"
        for size, figures in self.growth.items():
            yield f"| {int(size):,} | {' | '.join(figures[column] for column in columns)} |"
