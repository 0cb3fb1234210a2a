/**
 * What can go wrong, by situation. Every failure of Syncline is an unchecked {@link dev.syncline.exception.SyncException};
 * its type alone says whether trying again can help, after how long, and whether the backend as a whole is ill.
 *
 * <table>
 * <caption>The answers of each type</caption>
 * <tr><th>type</th><th>retryable</th><th>delay</th><th>outage</th><th>logged at</th></tr>
 * <tr><td>{@code NetworkException}</td><td>yes</td><td>10 s</td><td>yes</td><td>WARN</td></tr>
 * <tr><td>{@code ServerException}</td><td>yes</td><td>as asked, else 30 s</td><td>yes</td><td>ERROR</td></tr>
 * <tr><td>{@code SyncTimeoutException}</td><td>yes</td><td>twice the limit</td><td>yes</td><td>WARN</td></tr>
 * <tr><td>{@code RateLimitException}</td><td>yes</td><td>as asked, else 60 s</td><td>no</td><td>WARN</td></tr>
 * <tr><td>{@code CircuitBreakerOpenException}</td><td>yes</td><td>until the reset</td><td>no</td><td>WARN</td></tr>
 * <tr><td>{@code StorageException}</td><td>if another writer held the file</td><td>5 s</td><td>no</td><td>ERROR</td></tr>
 * <tr><td>{@code SyncOperationException}</td><td>as its cause</td><td>as its cause</td><td>as its cause</td><td>ERROR</td></tr>
 * <tr><td>{@code AuthenticationException}</td><td>no</td><td>5 s</td><td>no</td><td>ERROR</td></tr>
 * <tr><td>{@code ConsistencyException}</td><td>no</td><td>5 s</td><td>no</td><td>ERROR</td></tr>
 * <tr><td>{@code ClientException}, {@code ConflictException}, {@code ValidationException}</td><td>no</td><td>5 s</td>
 * <td>no</td><td>WARN</td></tr>
 * </table>
 *
 * <p>The delay is a hint for when to come back later; within a run the retry strategy has its own intervals. No message holds
 * a record's value or a credential; what a server wrote is kept apart, in {@code body()}.
 *
 * @serial exclude
 */
@NullMarked
package dev.syncline.exception;

import org.jspecify.annotations.NullMarked;
