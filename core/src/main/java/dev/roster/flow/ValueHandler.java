package dev.roster.flow;

import java.util.Optional;

/** Told of the values of a path, one after the other. */
@FunctionalInterface
public interface ValueHandler<V> {
    /**
     * A value is there, was written, or was deleted.
     *
     * @param key without the path
     * @param value empty when it was deleted
     * @throws Exception as {@link FlowHandler#on}
     */
    void on(String key, Optional<Value<V>> value) throws Exception;
}
