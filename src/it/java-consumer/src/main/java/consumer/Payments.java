package consumer;

import dev.syncline.SyncManager;
import dev.syncline.table.RowMapping;
import dev.syncline.table.RowQuery;
import dev.syncline.table.TableRepository;
import java.math.BigDecimal;
import java.util.List;

/** Rows as records, for a host that would rather not write the SQL. */
final class Payments {

    record Payment(String id, String payee, BigDecimal amount) {
        Payment to(String other) {
            return new Payment(id, other, amount);
        }
    }

    private static final RowMapping<Payment> MAPPING = RowMapping.reading(
                    row -> new Payment(row.text("id"), row.text("payee"), row.decimal("amount")))
            .writing("id", Payment::id)
            .writing("payee", Payment::payee)
            .writing("amount", Payment::amount);

    private Payments() {}

    static List<Payment> moveToMiller(SyncManager sync) {
        TableRepository<Payment> payments = sync.repositories().of("payment", MAPPING);
        Payment made = payments.create(new Payment("p-3", "Baker", new BigDecimal("0.10")));
        payments.update(made, made.to("Miller"));
        return payments.list(RowQuery.all().where("payee", "Miller").orderBy("amount"));
    }
}
