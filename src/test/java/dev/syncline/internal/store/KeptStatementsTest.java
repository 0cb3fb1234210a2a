package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends G9: a run prepares as many statements as it has texts, not as it has rows. */
class KeptStatementsTest {

    private final List<String> prepared = new ArrayList<>();

    @TempDir
    Path folder;

    private Handle handle;

    @BeforeEach
    void open() {
        Jdbi jdbi = Jdbi.create(() -> counting(DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"))));
        jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
        handle = jdbi.open();
        handle.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
        for (int id = 1; id <= 3; id++) {
            insert(id);
        }
    }

    @AfterEach
    void close() {
        handle.close();
    }

    @Test
    void a_text_is_prepared_once_however_often_it_runs() {
        assertThat(prepared).filteredOn(sql -> sql.startsWith("INSERT")).hasSize(1);
        assertThat(value(1)).isEqualTo("v1");
        assertThat(value(3)).isEqualTo("v3");
        assertThat(prepared).filteredOn(sql -> sql.startsWith("SELECT")).hasSize(1);
    }

    @Test
    void a_text_may_run_while_it_runs() {
        List<String> pairs = handle.createQuery("SELECT id FROM t WHERE id < :most ORDER BY id")
                .bind("most", 3)
                .map((rs, ctx) -> rs.getInt(1) + ":" + below(rs.getInt(1)))
                .list();

        assertThat(pairs).containsExactly("1:[]", "2:[1]");
    }

    @Test
    void unread_rows_of_a_kept_statement_block_nobody() {
        assertThat(handle.createQuery("SELECT id FROM t ORDER BY id")
                        .mapTo(Integer.class)
                        .findFirst())
                .contains(1);

        handle.execute("DROP TABLE t");

        assertThat(handle.createQuery("SELECT count(*) FROM sqlite_master")
                        .mapTo(Integer.class)
                        .one())
                .isZero();
    }

    @Test
    void a_kept_statement_sees_a_later_schema() {
        assertThat(value(2)).isEqualTo("v2");

        handle.execute("CREATE INDEX t_v ON t(v)");
        handle.execute("UPDATE t SET v = 'new' WHERE id = 2");

        assertThat(value(2)).isEqualTo("new");
    }

    @Test
    void a_batch_that_was_kept_starts_empty() {
        for (int round = 0; round < 2; round++) {
            try (PreparedBatch batch = handle.prepareBatch("UPDATE t SET v = v || :suffix WHERE id = :id")) {
                batch.bind("suffix", "+").bind("id", 1).add();
                assertThat(batch.execute()).containsExactly(1);
            }
        }

        assertThat(value(1)).isEqualTo("v1++");
    }

    @Test
    void a_statement_that_failed_is_as_good_as_new() {
        assertThat(handle.createQuery("SELECT v FROM t WHERE id = :id")
                        .bind("id", 9)
                        .mapTo(String.class)
                        .findOne())
                .isEmpty();
        assertThatInsertIsRefused();

        insert(4);

        assertThat(value(4)).isEqualTo("v4");
    }

    private void assertThatInsertIsRefused() {
        assertThatThrownBy(() -> insert(1)).hasStackTraceContaining("UNIQUE");
    }

    private void insert(int id) {
        handle.createUpdate("INSERT INTO t VALUES(:id, :v)")
                .bind("id", id)
                .bind("v", "v" + id)
                .execute();
    }

    private String value(int id) {
        return handle.createQuery("SELECT v FROM t WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .one();
    }

    private List<Integer> below(int most) {
        return handle.createQuery("SELECT id FROM t WHERE id < :most ORDER BY id")
                .bind("most", most)
                .mapTo(Integer.class)
                .list();
    }

    private Connection counting(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("prepareStatement")) {
                        prepared.add((String) args[0]);
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
