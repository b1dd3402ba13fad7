import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Prints groups that change from round to round, and how Kafka's two sticky assignors share their partitions out. A line each:
 *
 *   group N round M
 *   topics NAME=PARTITIONS …
 *   member ID wants TOPIC … had GENERATION PARTITION …     (what it had last, if anything)
 *   data ID HEX                                            (the user data of its subscription, in the first groups)
 *   gets ID PARTITION …
 *   says ID HEX                                            (its subscription under CooperativeStickyAssignor, in the first groups)
 *   keeps ID PARTITION …                                   (what CooperativeStickyAssignor gives it on the same claims)
 */
public class Sticky {
    static final int GROUPS = 80, ROUNDS = 5, WITH_DATA = 3;
    static final Node[] NODES = {new Node(1, "localhost", 9092)};

    /** A member as it goes through the rounds. */
    static class Member {
        Set<String> topics = new TreeSet<>();
        List<TopicPartition> had = List.of();
        int generation = -1;

        ByteBuffer userData() {
            StickyAssignor own = new StickyAssignor();
            if (generation >= 0)
                own.onAssignment(new Assignment(had), new ConsumerGroupMetadata("g", generation, "m", Optional.empty()));
            return own.subscriptionUserData(topics);
        }

        /** As a member of a cooperative group says what it has. */
        Subscription owning() {
            CooperativeStickyAssignor own = new CooperativeStickyAssignor();
            if (generation >= 0)
                own.onAssignment(new Assignment(had), new ConsumerGroupMetadata("g", generation, "m", Optional.empty()));
            return new Subscription(new ArrayList<>(topics), own.subscriptionUserData(topics), had, generation, Optional.empty());
        }
    }

    final Random random;
    final Map<String, Integer> topics = new TreeMap<>();
    final Map<String, Member> members = new TreeMap<>();
    final boolean alike;
    int named = 0;

    Sticky(int group) {
        random = new Random(group);
        alike = group % 2 == 0;
        for (int i = 0, n = 1 + random.nextInt(5); i < n; ++i)
            topics.put("t" + i, random.nextInt(9));
        for (int i = 0, n = 1 + random.nextInt(5); i < n; ++i)
            join();
    }

    void join() {
        Member m = new Member();
        // Not none at all: StickyAssignor takes no subscription for one to everything.
        do {
            for (String topic : topics.keySet())
                if (alike || random.nextBoolean())
                    m.topics.add(topic);
        } while (m.topics.isEmpty());
        members.put("c" + named++, m);
    }

    void change() {
        switch (random.nextInt(5)) {
            case 0: topics.merge("t" + random.nextInt(5), 1 + random.nextInt(3), Integer::sum); break;
            case 1: if (members.size() > 1) members.remove(members.keySet().stream().skip(random.nextInt(members.size())).findFirst().get()); break;
            default: join();
        }
    }

    void print(int group, int round) {
        System.out.println("group " + group + " round " + round);
        System.out.println("topics" + topics.entrySet().stream().map(t -> " " + t.getKey() + "=" + t.getValue()).collect(Collectors.joining()));
        Map<String, Subscription> wanted = new HashMap<>(), together = new HashMap<>();
        for (var each : members.entrySet()) {
            Member m = each.getValue();
            String line = "member " + each.getKey() + " wants" + words(m.topics);
            if (m.generation >= 0)
                line += " had " + m.generation + words(m.had);
            System.out.println(line);
            ByteBuffer data = m.userData();
            if (data != null && group < WITH_DATA)
                System.out.println("data " + each.getKey() + " " + hex(data));
            wanted.put(each.getKey(), new Subscription(new ArrayList<>(m.topics), data));
            Subscription owning = m.owning();
            if (group < WITH_DATA)
                System.out.println("says " + each.getKey() + " " + hex(ConsumerProtocol.serializeSubscription(owning)));
            together.put(each.getKey(), owning);
        }
        var cooperative = new CooperativeStickyAssignor().assign(cluster(), new GroupSubscription(together)).groupAssignment();
        for (String id : members.keySet())
            System.out.println("keeps " + id + words(cooperative.get(id).partitions()));
        var given = new StickyAssignor().assign(cluster(), new GroupSubscription(wanted)).groupAssignment();
        for (var each : members.entrySet()) {
            List<TopicPartition> gets = given.get(each.getKey()).partitions();
            System.out.println("gets " + each.getKey() + words(gets));
            // Who is away for a round keeps what it had, and comes back with a claim that is out of date.
            if (random.nextInt(6) == 0)
                continue;
            each.getValue().had = gets;
            each.getValue().generation = round;
        }
    }

    Cluster cluster() {
        List<PartitionInfo> all = new ArrayList<>();
        topics.forEach((name, count) -> {
            for (int p = 0; p < count; ++p)
                all.add(new PartitionInfo(name, p, NODES[0], NODES, NODES));
        });
        return new Cluster("c", List.of(NODES), all, Set.of(), Set.of());
    }

    static String hex(ByteBuffer data) {
        return HexFormat.of().formatHex(data.array(), data.arrayOffset(), data.arrayOffset() + data.limit());
    }

    static String words(Iterable<?> list) {
        StringBuilder text = new StringBuilder();
        list.forEach(one -> text.append(' ').append(one));
        return text.toString();
    }

    public static void main(String[] args) {
        for (int group = 0; group < GROUPS; ++group) {
            Sticky g = new Sticky(group);
            for (int round = 0; round < ROUNDS; ++round) {
                if (round != 0)
                    g.change();
                g.print(group, round);
            }
        }
    }
}
