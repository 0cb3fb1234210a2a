import dev.syncline.exception.NetworkException
import java.time.Instant

fun main() {
    check(NetworkException("gone", Instant.EPOCH, null).isRetryable) { "a broken connection is worth another try" }
}
