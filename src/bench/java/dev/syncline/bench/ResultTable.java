package dev.syncline.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The figures for a reader: one line for each scenario and size, as Markdown. */
final class ResultTable {

    private static final String HEAD = """
            | scenario | rows | L ms | Lt ms | Syncline ms | L / Lt | Syncline / Lt | CPU ms L, Lt, Syncline | peak MB L, Lt, Syncline |
            |---|---|---|---|---|---|---|---|---|
            """;

    private ResultTable() {}

    static String of(List<Results> all) {
        StringBuilder table = new StringBuilder(HEAD);
        for (Results results : all) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %s | %.2f | **%.2f** | %s | %s |%n",
                    results.scenario().title(),
                    results.size(),
                    figure(results.median(Client.L, Measurement::millis)),
                    figure(results.median(Client.LT, Measurement::millis)),
                    figure(results.median(Client.SYNCLINE, Measurement::millis)),
                    results.ratioToLt(Client.L).orElseThrow(),
                    results.ratioToLt(Client.SYNCLINE).orElseThrow(),
                    figures(results, Measurement::cpuMillis),
                    figures(results, Measurement::peakMegabytes)));
        }
        return table.toString();
    }

    private static String figures(Results results, ToDoubleFunction<Measurement> figure) {
        return figure(results.median(Client.L, figure)) + ", " + figure(results.median(Client.LT, figure)) + ", "
                + figure(results.median(Client.SYNCLINE, figure));
    }

    /** Decimals only where they mean something. */
    private static String figure(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
