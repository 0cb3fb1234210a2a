import com.sun.net.httpserver.HttpServer
import dev.syncline.SyncManager
import dev.syncline.backend.rest.RestBackend
import dev.syncline.config.SyncConfig
import dev.syncline.config.SyncedTable
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.file.Files
import java.sql.DriverManager
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.rx3.await

/** A Kotlin host on the class path: writes a row, synchronizes inside a coroutine. */
fun main() {
    val server = smallServer()
    try {
        runBlocking { payAndSynchronize("http://127.0.0.1:${server.address.port}/v1") }
    } finally {
        server.stop(0)
    }
}

private suspend fun payAndSynchronize(backend: String) {
    val file = Files.createTempDirectory("consumer").resolve("bank.db")
    val config = SyncConfig.builder(file)
        .table(SyncedTable.named("payment").key("id").decimal("amount").build())
        .backend(RestBackend.at(backend).build())
        .build()
    DriverManager.getConnection("jdbc:sqlite:$file").use { bank ->
        bank.createStatement().use { it.execute("CREATE TABLE payment (id TEXT PRIMARY KEY, payee TEXT, amount TEXT)") }
        SyncManager.open(config).use { sync ->
            bank.prepareStatement("INSERT INTO payment VALUES ('p-1', 'Baker', '12.50')").use { it.executeUpdate() }
            check(sync.pendingChanges() == 1L) { "${sync.pendingChanges()} changes pending after the edit" }
            val result = sync.synchronize().await()
            check(result.success()) { "the run failed: $result" }
            check(sync.pendingChanges() == 0L) { "${sync.pendingChanges()} changes pending after the run" }
            check(moveToMiller(sync) == listOf(Payment("p-2", "Miller", "0.10".toBigDecimal()))) { "the row as it is stored" }
            check(sync.synchronize().await().success()) { "the run with the new row failed" }
        }
    }
}

/** A server that accepts the create of one payment and has nothing to tell. */
private fun smallServer(): HttpServer {
    val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    server.createContext("/v1/payment") { exchange ->
        val body = exchange.requestBody.readAllBytes().decodeToString()
        val creates = exchange.requestMethod == "POST"
        val answer = if (creates) """{"version":1,${body.drop(1)}""" else """{"items":[],"cursor":"0","more":false}"""
        exchange.responseHeaders.set("Content-Type", "application/json")
        exchange.sendResponseHeaders(if (creates) 201 else 200, answer.encodeToByteArray().size.toLong())
        exchange.responseBody.use { it.write(answer.encodeToByteArray()) }
    }
    server.start()
    return server
}
