package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.ConflictScript;
import dev.syncline.testing.TwoDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The worked examples of the documentation come out as they say. Defends G5 and G6. */
class ConflictExamplesTest {
    private static final Path DOCUMENT = Path.of("docs", "CONFLICT_RESOLUTION.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("### (Example[^\\n]*)\\n.*?```text\\n(.*?)```", Pattern.DOTALL);

    /** As the document declares them. */
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("payment")
                    .key("id")
                    .decimal("amount")
                    .strategy(ResolutionStrategy.MERGE)
                    .severity(ConflictSeverity.HIGH, "amount")
                    .build(),
            SyncedTable.named("item")
                    .key("id")
                    .json("tags")
                    .merge(Merger.COUNTER, "stock")
                    .merge(Merger.SET, "tags")
                    .merge(Merger.MAX, "page")
                    .build(),
            SyncedTable.named("category").key("id").naturalKey("name").build());

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            TABLES,
            "CREATE TABLE payment(id TEXT PRIMARY KEY, amount TEXT, note TEXT)",
            "CREATE TABLE item(id TEXT PRIMARY KEY, stock INTEGER, tags TEXT, page INTEGER)",
            "CREATE TABLE category(id TEXT PRIMARY KEY, name TEXT, color TEXT)");

    static Stream<Arguments> examples() throws IOException {
        List<Arguments> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(Files.readString(DOCUMENT));
        while (example.find()) {
            examples.add(Arguments.of(example.group(1), example.group(2).lines().toList()));
        }
        return examples.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void an_example_comes_out_as_the_document_says(String title, List<String> lines) {
        new ConflictScript(two).run(lines);
    }

    @Test
    void every_example_of_the_document_is_found() throws IOException {
        long headings = Files.readString(DOCUMENT)
                .lines()
                .filter(line -> line.startsWith("### Example"))
                .count();
        assertThat(examples().count()).isEqualTo(headings).isGreaterThanOrEqualTo(8);
    }
}
