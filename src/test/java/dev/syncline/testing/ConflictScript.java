package dev.syncline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A conflict between two devices as a few lines that a reader of the documentation follows, each a word and what it is about:
 *
 * <pre>
 * both    SQL that both devices and the backend know the effect of
 * later   here or there: whose edits come to be the later ones; at the beginning
 * there   SQL on the other device, which then synchronizes
 * here    SQL on this device
 * sync    this device synchronizes
 * open    nothing, or type, severity and disputed columns of the conflict that waits here
 * shows   a strategy and the row that it would make
 * decide  a strategy, or column=strategy or column='value' for each column
 * undo    takes the only decision of a rule back
 * journal strategy, auto or user, and the rule of the newest entry
 * end     TABLE: the rows that both devices and the backend have in the end, values divided by bars
 * </pre>
 */
public final class ConflictScript {
    private final TwoDevices two;

    /** A script for these devices. */
    public ConflictScript(TwoDevices two) {
        this.two = two;
    }

    /** Runs the lines; a line that does not hold fails. */
    public void run(List<String> lines) {
        two.a().manager();
        two.b().manager();
        for (String line : lines) {
            String[] parts = line.strip().split("\\s+", 2);
            try {
                step(parts[0], parts.length == 1 ? "" : parts[1].strip());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("at the line: " + line, e);
            }
        }
    }

    private ConflictInbox inbox() {
        return two.b().manager().conflicts();
    }

    private void step(String word, String about) {
        switch (word) {
            case "both" -> two.shared(about);
            case "later" ->
                // Edits are stamped with the real time; the server's stands still, an hour before or after it.
                two.serverClock().advance(Duration.ofHours(about.equals("here") ? -1 : 1));
            case "there" -> {
                two.a().sql(about);
                two.sync(two.a());
            }
            case "here" -> two.b().sql(about);
            case "sync" -> two.sync(two.b());
            case "open" -> assertThat(openOnes()).isEqualTo(about);
            case "shows" -> {
                String[] parts = about.split("\\s+", 2);
                Decision decision = Decision.by(ResolutionStrategy.valueOf(parts[0]));
                assertThat(inbox().preview(TwoDevices.onlyConflict(two.b()).id(), decision)
                                .map(row -> bars(row.values()))
                                .orElse("nothing"))
                        .isEqualTo(parts[1]);
            }
            case "decide" -> inbox().resolve(TwoDevices.onlyConflict(two.b()).id(), decision(about));
            case "undo" -> inbox().undo(newest().conflict().id());
            case "journal" -> {
                Conflict entry = newest().conflict();
                assertThat(newest().strategy() + " " + (entry.wasAutoResolved() ? "auto" : "user") + " "
                                + entry.notes())
                        .isEqualTo(about);
            }
            case "end" -> {
                two.agree();
                String[] parts = about.split(":\\s*", 2);
                for (Device device : List.of(two.a(), two.b())) {
                    String rows = device.query("SELECT * FROM " + parts[0] + " ORDER BY 1").stream()
                            .map(row -> bars(row.values()))
                            .collect(Collectors.joining("; "));
                    assertThat(rows.isEmpty() ? "nothing" : rows).isEqualTo(parts[1]);
                }
            }
            default -> throw new IllegalArgumentException("unknown word " + word);
        }
    }

    private Resolution newest() {
        List<Resolution> decided = inbox().decided(ConflictFilter.ALL);
        return decided.get(decided.size() - 1);
    }

    private String openOnes() {
        List<String> open = inbox().open().stream()
                .map(c -> c.conflictType() + " " + c.severity() + " " + String.join(",", c.conflictingFields()))
                .toList();
        return open.isEmpty() ? "nothing" : String.join("; ", open);
    }

    private static String bars(Iterable<?> values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(String.valueOf(value)));
        return String.join(" | ", texts);
    }

    private static Decision decision(String about) {
        if (!about.contains("=")) {
            return Decision.by(ResolutionStrategy.valueOf(about));
        }
        Map<String, ResolutionStrategy> sides = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (String part : about.split(",\\s*")) {
            String[] column = part.split("=", 2);
            if (column[1].startsWith("'")) {
                values.put(column[0], column[1].substring(1, column[1].length() - 1));
            } else {
                sides.put(column[0], ResolutionStrategy.valueOf(column[1]));
            }
        }
        return new Decision.ByColumn(sides, values);
    }
}
