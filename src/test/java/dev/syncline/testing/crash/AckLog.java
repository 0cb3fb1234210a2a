package dev.syncline.testing.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a host that may be killed has done, in a file beside its database: each edit is written down before it is tried and again
 * when its commit has returned. Of what was tried and not acknowledged nobody knows whether it is there; the rest must be.
 */
public final class AckLog {
    /** The value of a row that was deleted. */
    public static final String GONE = "-";

    private final Path file;

    public AckLog(Path file) {
        this.file = file;
    }

    /** About to be done: for each row, named by table and name, the value it will have. */
    void tries(long number, Map<String, String> effects) {
        append("T " + number + " "
                + effects.entrySet().stream()
                        .map(effect -> effect.getKey() + "=" + effect.getValue())
                        .collect(Collectors.joining(";")));
    }

    /** Done. */
    void done(long number) {
        append("A " + number);
    }

    /** One write, so that a line is there whole or not at all as far as the end of the file goes. */
    private void append(String line) {
        try {
            Files.writeString(
                    file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For each row the values that it may have; more than one only if its last edits were not acknowledged. */
    public Map<String, Set<String>> possible() {
        List<String> lines = lines();
        Set<String> acknowledged = lines.stream()
                .filter(line -> line.startsWith("A "))
                .map(line -> line.substring(2))
                .collect(Collectors.toSet());
        Map<String, Set<String>> possible = new TreeMap<>();
        for (String line : lines) {
            if (line.startsWith("T ")) {
                String[] parts = line.split(" ", 3);
                for (String effect : parts[2].split(";")) {
                    String[] sides = effect.split("=", 2);
                    Set<String> values = possible.computeIfAbsent(sides[0], row -> new HashSet<>(Set.of(GONE)));
                    if (acknowledged.contains(parts[1])) {
                        values.clear();
                    }
                    values.add(sides[1]);
                }
            }
        }
        return possible;
    }

    /** How many edits were acknowledged. */
    public long acknowledged() {
        return lines().stream().filter(line -> line.startsWith("A ")).count();
    }

    /** Rows with a value that none of their edits can have left; a row that is not there has the value {@link #GONE}. */
    public List<String> wrong(Map<String, String> found) {
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> possible = possible();
        possible.forEach((row, values) -> {
            String value = found.getOrDefault(row, GONE);
            if (!values.contains(value)) {
                wrong.add(row + " is " + value + ", but can only be " + values);
            }
        });
        found.keySet().stream()
                .filter(row -> !possible.containsKey(row))
                .forEach(row -> wrong.add(row + " was never written"));
        return wrong;
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
