package dev.syncline.simulator;

import dev.syncline.testing.server.ServerInMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;

/** Ways in which an engine could be wrong, by name, each with the invariants that have to find it. */
final class PlantedBugs {
    private static final Set<Integer> WAITING = Set.of(401, 408, 425, 429, 500, 502, 503, 504);
    private static final Map<String, Planted> ALL = new LinkedHashMap<>();

    /**
     * A planted bug.
     *
     * @param invariants the invariants of which one has to find it
     * @param bug makes it, new for each history
     */
    record Planted(Set<String> invariants, Supplier<Bug> bug) {}

    static {
        captureThatMisses("edits that nobody captures", "up");
        captureThatMisses("deletions that nobody captures", "del");
        captureThatMisses("new rows that nobody captures", "ins");
        sql(
                "pulled rows that are taken for edits",
                Set.of("I04", "I34"),
                text -> text.equals("INSERT INTO main.syncline_mute(x) VALUES(1)") ? "SELECT 1" : text);
        // The engine sees that a write came to nothing, puts the record aside and tries it again: only at rest is it
        // missed.
        never("a page without its rows", Set.of("I01", "I12", "I05"), "INSERT INTO main.\"memo\"");
        never("a page whose deletions are passed over", Set.of("I01", "I12"), "DELETE FROM main.\"memo\"");
        sql(
                "a page whose changes are passed over",
                Set.of("I01", "I12"),
                text -> text.startsWith("INSERT INTO main.\"memo\"")
                        ? text.replaceAll("DO UPDATE SET .*", "DO NOTHING")
                        : text);
        never(
                "ids of the server that are not kept",
                Set.of("I05", "I07", "I12", "I34"),
                "INSERT INTO syncline_id_mapping");
        sql(
                "versions that are not looked at",
                Set.of("I15", "I12", "I01", "I24"),
                text -> text.contains("FROM syncline_row_state") || text.contains("JOIN syncline_row_state")
                        ? text.replace("SELECT v FROM", "SELECT NULL FROM")
                                .replace("SELECT w.column1, s.v FROM", "SELECT w.column1, NULL FROM")
                        : text);
        after(
                "a cursor that goes back",
                Set.of("I13"),
                "INSERT ON syncline_cursor WHEN NEW.updated_at % 3 = 0",
                "UPDATE syncline_cursor SET cursor = NULL");
        after(
                "records put aside and forgotten",
                Set.of("I12"),
                "INSERT ON syncline_holding",
                "DELETE FROM syncline_holding WHERE t = NEW.t AND id = NEW.id");
        after(
                "a change that is given up when its answer is lost",
                Set.of("I05", "I06", "I09", "I12", "I15"),
                "UPDATE OF attempts ON syncline_queue",
                "DELETE FROM syncline_queue WHERE id = NEW.id");
        after(
                "a new key for each try",
                Set.of("I08", "I09", "I07"),
                "UPDATE OF attempts ON syncline_queue",
                "UPDATE syncline_queue SET idempotency_key = NEW.idempotency_key || 'x' WHERE id = NEW.id");
        after(
                "an answer that takes a later edit with it",
                Set.of("I05", "I06", "I12", "I15"),
                "DELETE ON syncline_queue",
                "DELETE FROM syncline_journal_1; DELETE FROM syncline_journal_2; DELETE FROM syncline_journal_3");
        after(
                "conflicts that are not kept",
                Set.of("I05", "I06", "I12", "I15", "I16", "I20", "I21", "I34"),
                "INSERT ON syncline_conflicts",
                "DELETE FROM syncline_conflicts WHERE id = NEW.id");
        after(
                "conflicts without the side that lost",
                Set.of("I05", "I16", "I20"),
                "INSERT ON syncline_conflicts",
                "UPDATE syncline_conflicts SET local_data = NULL, remote_data = NULL WHERE id = NEW.id");
        after(
                "conflicts that are forgotten once settled",
                Set.of("I21", "I16", "I05", "I20"),
                "UPDATE OF resolved_at ON syncline_conflicts",
                "DELETE FROM syncline_conflicts WHERE id = NEW.id");
        plant(
                "deletions that are not remembered, behind a cache that keeps first pages",
                Set.of("I19"),
                () -> new Bug() {
                    private final Map<String, ServerInMemory.Response> kept = new HashMap<>();
                    private int asked;

                    @Override
                    public String statement(String sql) {
                        return sql.startsWith("INSERT OR REPLACE INTO syncline_tombstone")
                                ? sql.replaceAll("VALUES\\((.*)\\)", "SELECT $1 WHERE 0")
                                : withoutCursors(sql);
                    }

                    @Override
                    public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                        boolean firstPage = request.url().queryParameter("limit") != null
                                && request.url().queryParameter("cursor") == null
                                && answer.status() == 200;
                        if (!firstPage || ++asked % 4 > 0) {
                            return answer;
                        }
                        return kept.merge(request.url().toString(), answer, (first, later) -> first);
                    }
                });
        request(
                "a key that was never stored",
                Set.of("I08"),
                body -> body.replaceAll("\"key\":\"", "\"key\":\"x"),
                "x");
        plant("another content under the same key", Set.of("I08"), () -> new Bug() {
            private final Set<String> sent = new LinkedHashSet<>();

            @Override
            public Request request(Request request) {
                RequestBody body = request.body();
                boolean isNew = body == null || sent.add(request.header("Idempotency-Key") + text(body));
                return isNew
                        ? request
                        : request.newBuilder()
                                .method(
                                        request.method(),
                                        changed(body, text -> text.replace("\"m\":", "\"n\":1,\"m\":")))
                                .build();
            }
        });
        request(
                "a child that names no parent of the server's",
                Set.of("I10"),
                body -> body.replaceAll("\"account_id\":([0-9])", "\"account_id\":77$1"),
                "");
        request(
                "values cut off on their way out",
                Set.of("I05", "I06", "I12", "I15", "I16", "I35"),
                body -> body.replaceAll("(\"(title|name|label|note)\":\"q[0-9]+)z", "$1"),
                "");
        answer(
                "the last record of each page dropped",
                Set.of("I12"),
                body -> body.replaceAll(",\\{\"id\":[^{}]*\\}\\],\"cursor\"", "],\"cursor\""));
        answer(
                "deletions read as rows without values",
                Set.of("I12", "I15", "I34", "I01", "I18"),
                body -> body.replace("\"deleted\":true", "\"deleted\":false"));
        answer(
                "versions read one too high",
                Set.of("I04", "I12", "I15", "I01", "I05", "I02"),
                body -> body.contains("\"cursor\"") ? body : plusOne(body));
        answer(
                "numbers read as others",
                Set.of("I12", "I05", "I06"),
                body -> body.replaceAll("\"weight\":([0-9]+)", "\"weight\":1$1"));
        request(
                "a value that no transaction has committed",
                Set.of("I11"),
                body -> body.replaceAll("q([0-9]+)z", "q$1" + "999999z"),
                "");
        endless(
                "a page without its first record, and no cursor that admits it",
                Set.of("I18"),
                body -> body.replaceAll("\"items\":\\[\\{\"id\":[^{}]*\\},", "\"items\":["));
        plant("rows that are removed because a shrunk list does not name them", Set.of("I28"), () -> new Bug() {
            @Override
            public String statement(String sql) {
                return withoutCursors(sql);
            }

            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                // Whoever is asked for one of them in time would tell that it is there.
                boolean ofOneRow = request.url().pathSegments().size() == 3
                        && request.method().equals("GET");
                return ofOneRow
                        ? new ServerInMemory.Response(404, answer.contentType(), answer.headers(), bytes("{}"))
                        : with(answer, body -> body.replaceAll(",\\{\"id\":[^{}]*\\}\\],\"cursor\"", "],\"cursor\""));
            }
        });
        plant("a server that begins anew and takes what is unsent with it", Set.of("I27"), () -> new Bug() {
            private final Set<SimulatedDevice> devices = new LinkedHashSet<>();

            @Override
            public void opened(SimulatedDevice device) {
                devices.add(device);
            }

            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                if (answer.status() == 410 && request.url().queryParameter("cursor") != null) {
                    devices.forEach(device -> run(device, "DELETE FROM syncline_journal_3"));
                }
                return answer;
            }
        });
        sql(
                "silence that outlives its transaction",
                Set.of("I17"),
                text -> text.equals("DELETE FROM main.syncline_mute")
                        ? "SELECT 1"
                        : text.replace("SELECT EXISTS(SELECT 1 FROM main.syncline_mute)", "SELECT 0"));
        sql("references that nobody watches", Set.of("I23"), text -> {
            if (text.startsWith("SELECT 1 FROM main.") && text.contains(" p JOIN main.")) {
                return "SELECT 1 FROM (" + text + ") WHERE 0";
            }
            if (text.startsWith("SELECT 1 FROM main.") && text.endsWith(" = ?")) {
                return "SELECT 1 FROM (SELECT ?)";
            }
            return text.replace("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys = OFF")
                    .replace("SELECT foreign_keys, schema_version", "SELECT 1, schema_version");
        });
        after(
                "rows that are changed by being read again",
                Set.of("I14"),
                "UPDATE OF walking ON syncline_cursor",
                "UPDATE memo SET title = title || '!'");
        request(
                "fields of another table sent along",
                Set.of("I36"),
                body -> body.replaceAll("\"title\":", "\"weight\":1,\"title\":"),
                "");
        plant("a refused change taken for done", Set.of("I25"), () -> new Bug() {
            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                if (answer.status() == 422 && Set.of("PATCH", "DELETE").contains(request.method())) {
                    return done(request, answer);
                }
                String body = new String(answer.body(), StandardCharsets.UTF_8)
                        .replaceAll("\"status\":422,\"body\":\\{", "\"status\":200,\"body\":{\"id\":\"0\",");
                return new ServerInMemory.Response(
                        answer.status(), answer.contentType(), answer.headers(), body.getBytes(StandardCharsets.UTF_8));
            }
        });
        plant("an unavailable server taken for content", Set.of("I05", "I06", "I12", "I15", "I18"), () -> new Bug() {
            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                boolean refused = WAITING.contains(answer.status())
                        && Set.of("PATCH", "DELETE").contains(request.method());
                return refused ? done(request, answer) : answer;
            }
        });
        plant("a refused change asked for again for ever", Set.of("I02", "I24"), () -> new Bug() {
            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                String body =
                        new String(answer.body(), StandardCharsets.UTF_8).replace("\"status\":422", "\"status\":503");
                int status = answer.status() == 422 ? 503 : answer.status();
                return new ServerInMemory.Response(
                        status, answer.contentType(), answer.headers(), body.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private PlantedBugs() {}

    static Map<String, Planted> all() {
        return ALL;
    }

    /** What the histories with a bug broke first, one after the other, up to the first of the invariants that have to find it. */
    static List<String> find(String name, int histories) {
        Planted planted = ALL.get(name);
        List<String> broken = new ArrayList<>();
        for (long seed = 1; seed <= histories; seed++) {
            List<Violation> violations =
                    Simulate.once(Tape.of(seed), planted.bug().get()).violations();
            String first = violations.isEmpty() ? "-" : violations.get(0).invariant();
            broken.add(first);
            if (planted.invariants().contains(first)) {
                break;
            }
        }
        return broken;
    }

    private static void plant(String name, Set<String> invariants, Supplier<Bug> bug) {
        ALL.put(name, new Planted(invariants, bug));
    }

    private static void sql(String name, Set<String> invariants, UnaryOperator<String> change) {
        plant(name, invariants, () -> new Bug() {
            @Override
            public String statement(String sql) {
                return change.apply(sql);
            }
        });
    }

    /** Statements that begin like this have no effect; they keep their parameters. */
    private static void never(String name, Set<String> invariants, String beginning) {
        sql(name, invariants, text -> {
            if (!text.startsWith(beginning)) {
                return text;
            }
            int values = text.indexOf(" VALUES(");
            if (values < 0) {
                return text + " AND 0";
            }
            String listed = text.substring(values + " VALUES(".length(), text.indexOf(')', values));
            return text.substring(0, values) + " SELECT " + listed + " WHERE 0";
        });
    }

    /** Something more happens in the engine's own tables. */
    private static void after(String name, Set<String> invariants, String event, String effect) {
        plant(name, invariants, () -> new Bug() {
            @Override
            public void opened(SimulatedDevice device) {
                run(device, "CREATE TRIGGER IF NOT EXISTS planted AFTER " + event + " BEGIN " + effect + "; END");
            }
        });
    }

    /** Answers are changed, and the engine never keeps how far it has read. */
    private static void endless(String name, Set<String> invariants, UnaryOperator<String> change) {
        plant(name, invariants, () -> new Bug() {
            @Override
            public String statement(String sql) {
                return withoutCursors(sql);
            }

            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                return with(answer, change);
            }
        });
    }

    private static String withoutCursors(String sql) {
        return sql.startsWith("INSERT OR REPLACE INTO syncline_cursor") ? "SELECT ?, ?, ?, ?, ? WHERE 0" : sql;
    }

    private static ServerInMemory.Response with(ServerInMemory.Response answer, UnaryOperator<String> change) {
        return new ServerInMemory.Response(
                answer.status(),
                answer.contentType(),
                answer.headers(),
                bytes(change.apply(new String(answer.body(), StandardCharsets.UTF_8))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void captureThatMisses(String name, String event) {
        plant(name, Set.of("I03"), () -> new Bug() {
            @Override
            public void opened(SimulatedDevice device) {
                device.query("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'syncline_%" + event
                                + "%'")
                        .forEach(trigger -> run(device, "DROP TRIGGER \"" + trigger.get("name") + "\""));
            }
        });
    }

    private static void run(SimulatedDevice device, String sql) {
        try {
            device.sql(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Other bytes go out; what is not empty is put before single keys. */
    private static void request(String name, Set<String> invariants, UnaryOperator<String> change, String key) {
        plant(name, invariants, () -> new Bug() {
            @Override
            public Request request(Request request) {
                if (request.method().equals("GET")) {
                    return request;
                }
                Request.Builder other = request.newBuilder();
                String known = request.header("Idempotency-Key");
                if (known != null) {
                    other.header("Idempotency-Key", key + known);
                }
                return request.method().equals("DELETE")
                        ? other.build()
                        : other.method(request.method(), changed(request.body(), change))
                                .build();
            }
        });
    }

    private static RequestBody changed(RequestBody body, UnaryOperator<String> change) {
        return RequestBody.create(change.apply(text(body)), body.contentType());
    }

    private static String text(RequestBody body) {
        Buffer buffer = new Buffer();
        try {
            body.writeTo(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.readUtf8();
    }

    /** Other bytes come in. */
    private static void answer(String name, Set<String> invariants, UnaryOperator<String> change) {
        plant(name, invariants, () -> new Bug() {
            @Override
            public ServerInMemory.Response answer(Request request, ServerInMemory.Response answer) {
                String body = change.apply(new String(answer.body(), StandardCharsets.UTF_8));
                return new ServerInMemory.Response(
                        answer.status(), answer.contentType(), answer.headers(), body.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static String plusOne(String body) {
        return Pattern.compile("\"version\":([0-9]+)")
                .matcher(body)
                .replaceAll(found -> "\"version\":" + (Long.parseLong(found.group(1)) + 1));
    }

    private static ServerInMemory.Response done(Request request, ServerInMemory.Response answer) {
        String id = request.url().pathSegments().get(request.url().pathSize() - 1);
        String body = "{\"id\":\"" + id + "\",\"version\":1}";
        return new ServerInMemory.Response(200, "application/json", Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }
}
