package dev.roster;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the protocol may not touch, because it could not be replayed from a text file of events:
 * time, threads, chance, I/O, logs, and collections whose order differs from run to run.
 */
final class Purity {

    private static final Pattern TYPES =
            Pattern.compile(
                    String.join(
                            "|",
                            "java\\.util\\.concurrent\\..*",
                            "java\\.lang\\.(Thread|ThreadLocal|Runtime|Process|ProcessHandle)(\\$.*)?",
                            "java\\.util\\.(Timer|TimerTask)",
                            "java\\.time\\.(Clock|InstantSource)",
                            "java\\.security\\.SecureRandom",
                            "java\\.util\\.(HashMap|HashSet|IdentityHashMap|WeakHashMap|Hashtable)",
                            "java\\.(io|net)\\..*",
                            "java\\.nio\\.(file|channels)\\..*",
                            "org\\.slf4j\\..*",
                            "java\\.util\\.logging\\..*",
                            "java\\.lang\\.System\\$Logger.*"));

    /** Of the form owner.member(parameters). */
    private static final Pattern MEMBERS =
            Pattern.compile(
                    String.join(
                            "|",
                            "java\\.time\\.\\w+\\.now\\(.*",
                            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis|getenv|getProperty)\\(.*",
                            "java\\.lang\\.System\\.(identityHashCode|getLogger)\\(.*",
                            "java\\.lang\\.System\\.(out|err|in)",
                            "java\\.lang\\.Math\\.random\\(.*",
                            "java\\.util\\.UUID\\.randomUUID\\(.*",
                            "java\\.util\\.(Random|SplittableRandom)\\.<init>\\(\\)",
                            "java\\.util\\.random\\..*\\.(of|getDefault)\\(.*",
                            "java\\.util\\.(Map|Set)\\.(of|ofEntries|copyOf)\\(.*",
                            // These make a HashMap or HashSet; name a TreeMap or LinkedHashMap
                            // instead.
                            "java\\.util\\.stream\\.Collectors\\.(toSet|toUnmodifiableSet|toUnmodifiableMap)\\(.*",
                            "java\\.util\\.stream\\.Collectors\\.toMap\\([^,]*,[^,]*(,[^,]*)?\\)",
                            "java\\.util\\.stream\\.Collectors\\.groupingBy\\([^,]*(,[^,]*)?\\)",
                            ".*\\.parallelStream\\(\\)",
                            "java\\.util\\.stream\\.\\w+\\.parallel\\(\\)",
                            "java\\.util\\.Arrays\\.parallel\\w+\\(.*"));

    private Purity() {}

    static List<String> violations(JavaClass type) {
        List<String> found = new ArrayList<>();
        for (var seen : type.getDirectDependenciesFromSelf()) {
            if (TYPES.matcher(seen.getTargetClass().getName()).matches()) {
                found.add(seen.getDescription());
            }
        }
        for (var access : type.getAccessesFromSelf()) {
            if (MEMBERS.matcher(access.getTarget().getFullName()).matches()) {
                found.add(access.getDescription());
            }
        }
        return found;
    }
}
