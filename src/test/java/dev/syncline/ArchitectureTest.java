package dev.syncline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. Defends no promise by itself; it keeps the code in the shape in which each promise has one home: what
 * decides cannot reach what acts, and nothing below the facade can reach up.
 */
class ArchitectureTest {

    private static final String ROOT = "dev.syncline";
    private static final String REST = ROOT + ".backend.rest";
    /** Adapters: each stands beside the layers and knows no other adapter. */
    private static final List<String> ADAPTERS = List.of(REST, ROOT + ".backend.couchdb");

    /** A preset: an adapter that is made of another one. */
    private static final String FIREFLY = ROOT + ".backend.firefly";

    /** Ready tables of one subject: they stand on the facade, and nothing knows of them. */
    private static final String FINANCE = ROOT + ".finance";

    /** Each package may use those before it and none after it. */
    private static final List<String> LAYERS = List.of(
            ROOT + ".exception",
            ROOT + ".internal.json",
            ROOT + ".internal.http",
            ROOT + ".backend",
            ROOT + ".conflict",
            ROOT + ".progress",
            ROOT + ".table",
            ROOT + ".resilience",
            ROOT + ".config",
            ROOT + ".internal.store",
            ROOT + ".internal.capture",
            ROOT + ".internal.record",
            ROOT + ".internal.queue",
            ROOT + ".internal.engine",
            ROOT);

    private static final Set<String> KNOW_SQL =
            Set.of("internal/store", "internal/capture", "internal/queue", "internal/record", "SyncSchema.java");

    /** The beginning of a string literal or a text block that only a statement has; keywords in upper case, as everywhere. */
    private static final Pattern SQL = Pattern.compile("\"\\s*(SELECT |INSERT |UPDATE \\S+ SET|DELETE FROM|REPLACE INTO"
            + "|CREATE (TEMP |UNIQUE )?(TABLE|INDEX|TRIGGER|VIEW)|DROP (TABLE|INDEX|TRIGGER|VIEW)|ALTER TABLE|PRAGMA"
            + "|BEGIN |ATTACH |WITH \\S+ AS)");

    static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void each_layer_knows_only_earlier_ones() {
        LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (String layer : LAYERS) {
            layers = layers.layer(layer).definedBy(layer);
        }
        for (String adapter : ADAPTERS) {
            layers = layers.layer(adapter)
                    .definedBy(adapter)
                    .whereLayer(adapter)
                    .mayOnlyAccessLayers(
                            ROOT + ".backend", ROOT + ".exception", ROOT + ".internal.json", ROOT + ".internal.http");
        }
        layers = layers.layer(FIREFLY)
                .definedBy(FIREFLY)
                .whereLayer(FIREFLY)
                .mayOnlyAccessLayers(
                        REST, ROOT + ".backend", ROOT + ".exception", ROOT + ".internal.json", ROOT + ".internal.http");
        layers = layers.layer(FINANCE)
                .definedBy(FINANCE)
                .whereLayer(FINANCE)
                .mayOnlyAccessLayers(
                        ROOT,
                        ROOT + ".config",
                        ROOT + ".conflict",
                        ROOT + ".exception",
                        ROOT + ".internal.json",
                        ROOT + ".progress");
        layers = layers.whereLayer(LAYERS.get(0)).mayNotAccessAnyLayer();
        for (int i = 1; i < LAYERS.size(); i++) {
            layers = layers.whereLayer(LAYERS.get(i))
                    .mayOnlyAccessLayers(LAYERS.subList(0, i).toArray(String[]::new));
        }
        layers.check(MAIN);
    }

    @Test
    void every_package_has_its_place_among_the_layers() {
        Set<String> known = Stream.of(LAYERS, ADAPTERS, List.of(FINANCE, FIREFLY))
                .flatMap(List::stream)
                .collect(Collectors.toSet());
        assertThat(packagesWithClasses())
                .as("packages without a place in the order of layers")
                .isSubsetOf(known);
    }

    @Test
    void every_package_says_what_may_be_null() {
        assertThat(packagesWithClasses())
                .as("packages whose package-info is not @NullMarked")
                .allMatch(name -> MAIN.getPackage(name).isAnnotatedWith(NullMarked.class));
    }

    @Test
    void only_the_engine_and_the_resilience_models_know_resilience4j() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".internal.engine", ROOT + ".resilience")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(MAIN);
    }

    @Test
    void only_internal_packages_and_the_rest_backend_know_jackson() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".internal..", REST)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(MAIN);
    }

    @Test
    void only_internal_packages_know_jdbi() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jdbi..")
                .check(MAIN);
    }

    @Test
    void signatures_that_a_host_sees_name_only_types_that_a_host_can_see() {
        classes()
                .that()
                .resideOutsideOfPackage(ROOT + ".internal..")
                .and()
                .arePublic()
                .should(new NameOnlyVisibleTypes(Set.copyOf(ADAPTERS)))
                .check(MAIN);
    }

    @Test
    void time_chance_threads_and_output_are_given_from_outside() {
        classes().should(new TakeWhatIsInjected()).check(MAIN);
    }

    @Test
    void sql_is_written_only_where_data_is_stored() throws IOException {
        Path sources = Path.of("src", "main", "java", "dev", "syncline");
        try (Stream<Path> files = Files.walk(sources)) {
            List<Path> strangers = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> KNOW_SQL.stream()
                            .noneMatch(home -> sources.relativize(file).startsWith(home)))
                    .filter(ArchitectureTest::holdsSql)
                    .toList();
            assertThat(strangers).as("files that hold SQL and are not its home").isEmpty();
        }
    }

    private static boolean holdsSql(Path file) {
        try {
            return SQL.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<String> packagesWithClasses() {
        return MAIN.stream()
                .map(JavaClass::getPackage)
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
