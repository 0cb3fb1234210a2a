package dev.syncline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Defends no promise of the library; defends that figures of different days are about the same rows. */
class TransactionsTest {

    @Test
    void a_row_is_a_function_of_its_number() {
        assertThat(Transactions.row(7)).isEqualTo(Transactions.row(7)).hasSize(Transactions.COLUMNS.size());
        assertThat(IntStream.range(0, 1000)
                        .mapToLong(n -> Transactions.print(Transactions.row(n)))
                        .sum())
                .as("the rows are those of the recorded figures")
                .isEqualTo(-618_648_524_666_766_324L);
    }

    @Test
    void keys_are_random_uuids_and_differ() {
        assertThat(IntStream.range(0, 10_000)
                        .mapToObj(n -> Transactions.row(n)[0])
                        .collect(Collectors.toSet()))
                .hasSize(10_000)
                .allMatch(id -> id.matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    }

    @Test
    void rows_have_the_size_that_the_floor_was_first_measured_with() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int n = 0; n < 1000; n++) {
            try (JsonGenerator json = Transactions.JSON.createGenerator(bytes)) {
                Transactions.write(json, Transactions.row(n), 1);
            }
        }
        assertThat(bytes.size() / 1000).isBetween(355, 363);
    }

    @Test
    void an_edit_by_either_side_changes_the_same_columns_to_different_values() {
        String[] here = Transactions.edited(3, "device");
        String[] there = Transactions.edited(3, "server");
        for (String column : Transactions.COLUMNS) {
            int i = Transactions.COLUMNS.indexOf(column);
            if (column.equals("description") || column.equals("amount")) {
                assertThat(here[i]).isNotEqualTo(there[i]).isNotEqualTo(Transactions.row(3)[i]);
            } else {
                assertThat(here[i]).isEqualTo(there[i]).isEqualTo(Transactions.row(3)[i]);
            }
        }
    }
}
