package dev.roster;

import java.util.function.Function;

/**
 * Makes bytes of a value, and a value of bytes. Both are called by any number of threads at once.
 * For JSON, hand the two methods of a JSON library to {@link #of}; Java serialization is nothing
 * for it.
 */
public interface Codec<V> {
    /** Bytes as they are. */
    Codec<Bytes> BYTES = of(bytes -> bytes, bytes -> bytes);

    /** Text in UTF-8; what is not UTF-8 is read with replacement characters. */
    Codec<String> TEXT = of(Bytes::utf8, Bytes::toUtf8);

    /** The bytes of a value. */
    Bytes encode(V value);

    /**
     * The value of bytes.
     *
     * @throws RuntimeException they are none; it reaches the caller
     */
    V decode(Bytes bytes);

    /** A codec of two functions. */
    static <V> Codec<V> of(Function<V, Bytes> encode, Function<Bytes, V> decode) {
        return new Codec<>() {
            @Override
            public Bytes encode(V value) {
                return encode.apply(value);
            }

            @Override
            public V decode(Bytes bytes) {
                return decode.apply(bytes);
            }
        };
    }
}
