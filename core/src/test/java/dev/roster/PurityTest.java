package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rule is only worth what it finds: here is one method for each thing it must find. */
final class PurityTest {

    private static final List<String> FOUND =
            Purity.violations(new ClassFileImporter().importClass(Impure.class));

    static List<Method> impureMethods() {
        return Stream.of(Impure.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic()) // lambdas
                .toList();
    }

    @ParameterizedTest
    @MethodSource("impureMethods")
    void finds(Method impure) {
        assertThat(FOUND)
                .anySatisfy(it -> assertThat(it).contains("Impure." + impure.getName() + "("));
    }

    @Test
    void lets_ordered_collections_and_given_time_pass() {
        var type = new ClassFileImporter().importClass(Pure.class);

        assertThat(Purity.violations(type)).isEmpty();
    }

    interface Impure {
        static Instant now() {
            return Instant.now();
        }

        static Instant clock(Clock clock) {
            return clock.instant();
        }

        static long monotonic() {
            return System.nanoTime();
        }

        static long wall() {
            return System.currentTimeMillis();
        }

        static void thread() {
            Thread.onSpinWait();
        }

        static long concurrency() {
            return TimeUnit.HOURS.toMillis(1);
        }

        static Random unseeded() {
            return new Random();
        }

        static double math() {
            return Math.random();
        }

        static UUID uuid() {
            return UUID.randomUUID();
        }

        static SecureRandom secure(SecureRandom random) {
            return random;
        }

        static Map<String, String> hashMap() {
            return new HashMap<>();
        }

        static Map<String, String> mapOf() {
            return Map.of("a", "b");
        }

        static Set<String> setOf() {
            return Set.of("a", "b");
        }

        static Set<String> setCopy(Set<String> source) {
            return Set.copyOf(source);
        }

        static Set<String> toSet(List<String> source) {
            return source.stream().collect(Collectors.toSet());
        }

        static Map<String, String> toMap(List<String> source) {
            return source.stream().collect(Collectors.toMap(it -> it, it -> it));
        }

        static Map<String, List<String>> grouping(List<String> source) {
            return source.stream().collect(Collectors.groupingBy(it -> it));
        }

        static long parallel(List<String> source) {
            return source.parallelStream().count();
        }

        static void io(Reader reader) {}

        static void file(Path path) {}

        static System.Logger logger() {
            return System.getLogger("protocol");
        }

        static void print() {
            System.out.println();
        }
    }

    interface Pure {
        static Instant later(Instant now) {
            return now.plus(Duration.ofMillis(new Random(42).nextInt(10)));
        }

        static Map<String, String> ordered(List<String> source) {
            Map<String, String> copy = new LinkedHashMap<>();
            new TreeSet<>(source).forEach(it -> copy.put(it, it));
            TreeMap<String, String> sorted =
                    source.stream()
                            .collect(
                                    Collectors.toMap(
                                            it -> it, it -> it, (a, b) -> a, TreeMap::new));
            copy.putAll(sorted);
            return copy;
        }
    }
}
