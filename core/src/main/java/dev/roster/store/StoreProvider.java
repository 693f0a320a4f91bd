package dev.roster.store;

/** Opens stores of one kind; found by {@link java.util.ServiceLoader}. */
public interface StoreProvider {
    /** The URL scheme that this provider opens, such as {@code sqlite}. */
    String scheme();

    /** Opens the store that {@code url}, which begins with the scheme and a colon, names. */
    Store open(String url);
}
