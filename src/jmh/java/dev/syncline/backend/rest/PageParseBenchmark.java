package dev.syncline.backend.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to make records of the bytes of a page: a thousand rows of about 300 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PageParseBenchmark {
    private static final int ROWS = 1_000;

    private final PageReader reader = new PageReader(
            Pagination.cursor(), new RowFormat(Rows.standard(), Versions.numbered("version"), false)::record);
    private byte[] page = {};

    @Setup(Level.Trial)
    public void write() {
        SplittableRandom random = new SplittableRandom(42);
        StringBuilder json = new StringBuilder("{\"items\":[");
        for (int i = 0; i < ROWS; i++) {
            json.append(i == 0 ? "{\"id\":\"" : ",{\"id\":\"")
                    .append(new UUID(random.nextLong(), random.nextLong()))
                    .append("\",\"version\":1");
            for (char field = 'a'; field <= 'i'; field++) {
                json.append(",\"").append(field).append("\":\"a value of some length\"");
            }
            json.append('}');
        }
        json.append("],\"cursor\":\"1\",\"more\":false}");
        page = json.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public PageContent parse() throws IOException {
        return reader.read(new ByteArrayInputStream(page), "payment");
    }
}
