package dev.roster.testkit;

import dev.roster.router.RoutesChanged;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes changes one by one, slowly. */
final class SlowSubscriber implements Flow.Subscriber<RoutesChanged> {
    final FollowedRoutes followed;
    final AtomicInteger ended = new AtomicInteger();
    private Optional<Flow.Subscription> to = Optional.empty();

    SlowSubscriber(int partitions) {
        followed = new FollowedRoutes(partitions);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        to = Optional.of(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(RoutesChanged changed) {
        Stage.pause(Duration.ofMillis(10));
        followed.take(changed);
        to.orElseThrow().request(1);
    }

    @Override
    public void onError(Throwable error) {
        ended.addAndGet(100);
    }

    @Override
    public void onComplete() {
        ended.incrementAndGet();
    }
}
