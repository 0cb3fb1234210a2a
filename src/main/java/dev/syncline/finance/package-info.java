/**
 * Six tables of personal finance, ready to be synced: accounts, categories, budgets, bills, piggy banks and transactions, with their
 * references, severities, rules and balances. Built of what any host can use; nothing else of the library knows of it.
 */
@NullMarked
package dev.syncline.finance;

import org.jspecify.annotations.NullMarked;
