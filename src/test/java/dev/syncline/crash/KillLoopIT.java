package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.Device;
import dev.syncline.testing.Replicas;
import dev.syncline.testing.crash.AckLog;
import dev.syncline.testing.crash.MortalHost;
import dev.syncline.testing.jdbc.FileImage;
import dev.syncline.testing.server.ReferenceServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that edits and synchronizes without end is killed with {@code kill -9}, again and again, at moments of nobody's choosing,
 * while others change the same rows at the server. Defends G1, G2, G5, G8 and G10.
 *
 * <p>{@code -Dkill.cycles=N} kills it N times, {@code -Dkill.seed=S} at other moments.
 */
class KillLoopIT {
    private static final int USUAL = 60;
    /** From the moment that was waited for: the start of the process, the opening of the file or the end of the first run. */
    private static final int LONGEST_LIFE_MILLIS = 300;

    private static final int ROUNDS_TO_REST = 10;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("kill.seed", 1);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<String, String> notes = new TreeMap<>();
    private Path file;
    private Path acknowledged;

    @Test
    void no_acknowledged_edit_is_lost_or_doubled_by_kills() throws Exception {
        int cycles = Integer.getInteger("kill.cycles", USUAL);
        file = folder.resolve("host.db");
        acknowledged = folder.resolve("done.log");
        AckLog log = new AckLog(acknowledged);
        Device device = new Device(file, "", MortalHost.TABLES, MortalHost.SCHEMA);
        try (ReferenceServer server = ReferenceServer.on(folder.resolve("server.db"))
                .entity("account", rules -> rules.serverIds())
                .start()) {
            for (int cycle = 1; cycle <= cycles; cycle++) {
                liveAndDie(server, cycle);
                assertThat(damage()).as("after kill " + cycle).isEmpty();
            }
            try (Device again = new Device(file, server.url(), MortalHost.TABLES)) {
                rest(again);
                System.out.println("kill: seed " + seed + ", " + cycles + " kills, " + log.acknowledged()
                        + " edits acknowledged, " + server.rows("account").count() + " accounts, "
                        + server.rows("payment").count() + " payments, " + notes.size() + " edits of others");
                assertThat(log.wrong(values(device))).isEmpty();
                assertThat(new Replicas(MortalHost.TABLES, server).differences("device", again))
                        .isEmpty();
                assertThat(namesTwice(server)).isEmpty();
                assertThat(server.keysAppliedTwice()).isEmpty();
                assertThat(again.query("SELECT id, note FROM account WHERE note IS NOT NULL"))
                        .hasSize(notes.size());
            }
        }
        assertThat(log.acknowledged()).isGreaterThan(cycles);
    }

    private void liveAndDie(ReferenceServer server, int cycle) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MortalHost.class.getName(),
                        file.toString(),
                        server.url(),
                        acknowledged.toString(),
                        Long.toString(seed * 1000 + cycle))
                .redirectError(folder.resolve("errors.log").toFile())
                .start();
        try {
            int phase = random.nextInt(6);
            if (phase > 0) {
                await(process, "open");
            }
            if (phase > 2) {
                await(process, "synchronized");
            }
            int life = random.nextInt(LONGEST_LIFE_MILLIS);
            process.waitFor(life / 2, TimeUnit.MILLISECONDS);
            othersEdit(server, cycle);
            boolean ended = process.waitFor(life / 2, TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as(() -> "the host ended by itself: " + lastErrors())
                    .isFalse();
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void await(Process process, String word) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).as(this::lastErrors).isEqualTo(word);
    }

    private String lastErrors() {
        try {
            String all = Files.readString(folder.resolve("errors.log"), StandardCharsets.UTF_8);
            return all.substring(Math.max(0, all.length() - 4000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field that the host never writes, so that both edits have to stay. */
    private void othersEdit(ReferenceServer server, int cycle) {
        List<ObjectNode> accounts = server.rows("account").all();
        if (!accounts.isEmpty()) {
            String id = accounts.get(random.nextInt(accounts.size())).path("id").asText();
            server.rows("account").update(id, Map.of("note", "note " + cycle));
            notes.put(id, "note " + cycle);
        }
    }

    private List<String> damage() throws SQLException {
        FileImage image = FileImage.take(file, folder.resolve("look.db"));
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + image.database());
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
                while (rows.next() && !rows.getString(1).equals("ok")) {
                    found.add(rows.getString(1));
                }
            }
            try (ResultSet rows = statement.executeQuery("PRAGMA foreign_key_check")) {
                while (rows.next()) {
                    found.add("dangling reference in " + rows.getString(1));
                }
            }
        }
        return found;
    }

    private static void rest(Device device) {
        for (int round = 0; round < ROUNDS_TO_REST; round++) {
            device.sync();
        }
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(device.manager().conflicts().open()).isEmpty();
    }

    private static Map<String, String> values(Device device) {
        Map<String, String> values = new TreeMap<>();
        device.query("SELECT name, value FROM account")
                .forEach(row -> values.put("account " + row.get("name"), String.valueOf(row.get("value"))));
        device.query("SELECT id, value FROM payment")
                .forEach(row -> values.put("payment " + row.get("id"), String.valueOf(row.get("value"))));
        return values;
    }

    /** An account that was made twice has its name twice, since the server does not mind. */
    private static List<String> namesTwice(ReferenceServer server) {
        List<String> names = new ArrayList<>();
        server.rows("account").all().forEach(row -> names.add(row.path("name").asText()));
        return names.stream()
                .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
                .toList();
    }
}
