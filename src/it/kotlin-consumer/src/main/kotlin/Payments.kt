import dev.syncline.SyncManager
import dev.syncline.table.RowMapping
import dev.syncline.table.RowQuery
import dev.syncline.table.TableRow
import java.math.BigDecimal

data class Payment(val id: String, val payee: String?, val amount: BigDecimal)

private val mapping = RowMapping.reading { Payment(it.text("id"), it.orNull(TableRow::text, "payee"), it.decimal("amount")) }
    .writing("id") { it.id }
    .writing("payee") { it.payee }
    .writing("amount") { it.amount }

/** Rows as data classes, for a host that would rather not write the SQL. */
fun moveToMiller(sync: SyncManager): List<Payment> {
    val payments = sync.repositories().of("payment", mapping)
    val made = payments.create(Payment("p-2", null, BigDecimal("0.10")))
    payments.update(made, made.copy(payee = "Miller"))
    return payments.list(RowQuery.all().where("payee", "Miller").orderBy("amount"))
}
