package dev.roster.router;

/** Sends one request to the owner of its key. */
@FunctionalInterface
public interface RoutedCall<T> {
    /**
     * Sends the request.
     *
     * @throws NotOwnerException the target answered that it does not own the key and did nothing:
     *     the call is made again, at most three times in all
     * @throws Exception anything else is passed on, and never tried again: whether something
     *     happened is not known
     */
    T send(Route route, Target owner) throws Exception;
}
