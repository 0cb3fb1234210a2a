package dev.syncline.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/** Writes the figures for other programs: one entry for each scenario, size and client. */
final class ResultsJson {

    private ResultsJson() {}

    /** Writes everything that was measured. */
    static void write(List<Results> all, int repetitions, Instant at, OutputStream out) throws IOException {
        try (JsonGenerator json = Transactions.JSON.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("measuredAt", at.toString());
            json.writeStringField("java", System.getProperty("java.version"));
            json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
            json.writeNumberField("repetitions", repetitions);
            json.writeArrayFieldStart("results");
            for (Results results : all) {
                for (Client client : Client.values()) {
                    write(json, results, client);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, Results results, Client client) throws IOException {
        json.writeStartObject();
        json.writeStringField("scenario", results.scenario().option());
        json.writeNumberField("size", results.size());
        json.writeStringField("client", client.title());
        json.writeNumberField("milliseconds", rounded(results.median(client, Measurement::millis)));
        OptionalDouble ratio = results.ratioToLt(client);
        if (ratio.isPresent()) {
            json.writeNumberField("ratioToLt", rounded(ratio.getAsDouble()));
        }
        json.writeNumberField("cpuMilliseconds", rounded(results.median(client, Measurement::cpuMillis)));
        double peak = results.median(client, Measurement::peakMegabytes);
        if (peak > 0) {
            json.writeNumberField("peakMegabytes", rounded(peak));
        }
        json.writeArrayFieldStart("allMilliseconds");
        for (double millis : results.millis(client)) {
            json.writeNumber(rounded(millis));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static BigDecimal rounded(double figure) {
        return BigDecimal.valueOf(figure).setScale(2, RoundingMode.HALF_UP);
    }
}
