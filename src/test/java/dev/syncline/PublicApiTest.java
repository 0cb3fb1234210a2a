package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.exception.SyncException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares what hosts can call with {@code api.txt}, so that no change of the public surface goes in unseen. Defends no
 * promise by itself. After a wanted change run {@code ./mvnw test -Dtest=PublicApiTest -Dapi.update} and commit the file.
 */
class PublicApiTest {

    private static final Path SNAPSHOT = Path.of("src", "test", "resources", "api.txt");

    @Test
    void the_public_surface_is_the_one_that_was_agreed() throws Exception {
        String now = surface();
        if (System.getProperty("api.update") != null) {
            Files.writeString(SNAPSHOT, now);
        }
        assertThat(now)
                .as("the exported API; if the change is wanted, run this test with -Dapi.update and commit api.txt")
                .isEqualTo(Files.readString(SNAPSHOT));
    }

    private static String surface() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(SyncException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StringBuilder text = new StringBuilder();
        for (String exported : exportedPackages(classes)) {
            for (Class<?> type : publicTypes(classes, exported)) {
                text.append(ApiText.of(type)).append('\n');
            }
        }
        return text.toString();
    }

    private static List<String> exportedPackages(Path classes) throws IOException {
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .sorted()
                    .toList();
        }
    }

    private static List<Class<?>> publicTypes(Path classes, String exported)
            throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<Path> files = Files.list(classes.resolve(exported.replace('.', '/')))) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.startsWith("package-info"))
                    .map(file -> exported + "." + file.substring(0, file.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            Deque<Class<?>> open =
                    new ArrayDeque<>(List.of(Class.forName(name, false, SyncException.class.getClassLoader())));
            while (!open.isEmpty()) {
                Class<?> type = open.removeFirst();
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                    List<Class<?>> nested = new ArrayList<>(List.of(type.getDeclaredClasses()));
                    nested.sort((a, b) -> b.getName().compareTo(a.getName()));
                    nested.forEach(open::addFirst);
                }
            }
        }
        return Collections.unmodifiableList(types);
    }
}
