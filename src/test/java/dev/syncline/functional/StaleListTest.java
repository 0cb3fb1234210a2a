package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A list of everything that comes out of a cache lacks what was made since, and its cursor is an old one. No row goes for that (I28),
 * and none is lost to it later (I12). Defends G4, G5 and G13.
 */
class StaleListTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("visit").key("id").build()),
            "CREATE TABLE visit(id TEXT PRIMARY KEY, note TEXT)");

    /** From now on the list of all visits is answered as it is now, however often it changes. */
    private Runnable cached() throws Exception {
        HttpRequest list = HttpRequest.newBuilder(URI.create(two.server().url() + "/visit?limit=1000"))
                .build();
        String body =
                HttpClient.newHttpClient().send(list, BodyHandlers.ofString()).body();
        return () -> two.server()
                .faults()
                .when(
                        (method, path) -> path.contains("/visit?") && !path.contains("cursor="),
                        Fault.garbage(200, "application/json", body));
    }

    @Test
    void I28_a_row_that_a_cached_list_does_not_name_stays() throws Exception {
        two.shared("INSERT INTO visit VALUES('v1', 'x')");
        Runnable cached = cached();
        two.shared("INSERT INTO visit VALUES('v2', 'y')");
        cached.run();
        two.a().manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(two.a().rows("visit")).containsOnlyKeys("v1", "v2");
        two.server().faults().clear();
        two.agree();
        assertThat(two.a().rows("visit")).containsOnlyKeys("v1", "v2");
    }

    @Test
    void a_row_that_is_really_gone_goes_all_the_same() throws Exception {
        two.shared("INSERT INTO visit VALUES('v1', 'x')");
        Runnable cached = cached();
        two.shared("INSERT INTO visit VALUES('v2', 'y')");
        two.shared("INSERT INTO visit VALUES('v3', 'z')");
        two.server().rows("visit").lose("v2");
        cached.run();
        two.a().manager().synchronize(SyncMode.FULL).blockingGet();
        two.b().manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(two.a().rows("visit")).containsOnlyKeys("v1", "v3");
        two.server().faults().clear();
        two.agree();
    }
}
