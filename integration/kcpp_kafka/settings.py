"""The settings of a broker. integration/compose_test holds docker-compose.yml to them."""

HEAP = "-Xmx512m"

# Kafka's defaults suit weeks of production. A test loses brokers and members on purpose, every few
# seconds, and must see the outcome soon: sessions are short, and what a broker coordinates moves
# when it dies. A release that does not know a property ignores it.
SHARED = """
process.roles=broker,controller
controller.listener.names=CONTROLLER

# A dead broker's partitions have a new leader after about 3 s.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

# One loss is survived, a second one blocks acks=all. A mistyped topic is an error.
default.replication.factor={replicas}
min.insync.replicas={in_sync}
auto.create.topics.enable=false
delete.topic.enable=true

# Few partitions on every broker: killing one broker moves a third of the coordinators.
offsets.topic.num.partitions=3
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.num.partitions=3
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}

# Groups form at once, and a killed member gives its partitions up after 6 s. For the consumer and
# share protocols the brokers decide this; their default of 45 s looks like lost records.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=6000
group.consumer.min.heartbeat.interval.ms=100
group.consumer.heartbeat.interval.ms=300
group.share.min.session.timeout.ms=1000
group.share.session.timeout.ms=6000
group.share.min.heartbeat.interval.ms=100
group.share.heartbeat.interval.ms=300
group.share.min.record.lock.duration.ms=1000
group.share.record.lock.duration.ms=6000

# The default of 128 MB would be a quarter of the heap.
log.cleaner.dedupe.buffer.size=16777216
"""

# Where a broker is and how others reach it: different for each, and in a Docker network.
PLACE = """
node.id={id}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.quorum.voters={voters}
log.dirs={data}
"""


def parse(text):
    """The properties in `text`, by name."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def shared(brokers):
    """What every broker of a cluster of `brokers` brokers sets alike."""
    return parse(SHARED.format(replicas=min(3, brokers), in_sync=min(2, brokers)))


def of_broker(broker, brokers, data):
    """All properties of one broker of `brokers`, each a dict with id, port and controller_port."""
    voters = ",".join(f"{b['id']}@127.0.0.1:{b['controller_port']}" for b in brokers)
    return {**parse(PLACE.format(**broker, voters=voters, data=data)), **shared(len(brokers))}


def no_place(_broker, _brokers):
    """No properties on top of those of `of_broker`."""
    return {}


def write(path, properties):
    """Writes a Java properties file. A backslash in a value must be doubled to mean itself."""
    lines = (f"{name}={value}".replace("\\", "\\\\") for name, value in properties.items())
    path.write_text("\n".join(lines) + "\n")
