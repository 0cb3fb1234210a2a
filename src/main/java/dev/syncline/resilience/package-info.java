/**
 * How a call that failed is tried again, and when a backend that keeps failing is left alone. What is here decides; the waiting
 * and calling is done elsewhere, in the order {@code Breaker(Retry(timeLimit(remote)))}.
 */
@NullMarked
package dev.syncline.resilience;

import org.jspecify.annotations.NullMarked;
