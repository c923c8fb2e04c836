"""Objects and virtual calls: a cooperative scheduler with devices and workers.

Tasks of several classes exchange messages through queues; the scheduler picks
the ready task of the highest priority until all work is done.
"""

import sys

READY = 0
WAITING = 1
DONE = 2


class Message:
    def __init__(self, kind, payload, sender):
        self.kind = kind
        self.payload = payload
        self.sender = sender
        self.next = None


class Mailbox:
    """A queue of linked messages."""

    def __init__(self):
        self.head = None
        self.tail = None
        self.size = 0

    def put(self, message):
        message.next = None
        if self.tail is None:
            self.head = message
        else:
            self.tail.next = message
        self.tail = message
        self.size += 1

    def take(self):
        message = self.head
        if message is None:
            return None
        self.head = message.next
        if self.head is None:
            self.tail = None
        message.next = None
        self.size -= 1
        return message


class Task:
    def __init__(self, name, priority, scheduler):
        self.name = name
        self.priority = priority
        self.scheduler = scheduler
        self.inbox = Mailbox()
        self.state = WAITING
        self.runs = 0

    def send(self, target, kind, payload):
        target.receive(Message(kind, payload, self))

    def receive(self, message):
        self.inbox.put(message)
        if self.state == WAITING:
            self.state = READY

    def is_ready(self):
        return self.state == READY

    def run(self):
        self.runs += 1
        message = self.inbox.take()
        if message is None:
            self.state = WAITING
            return
        self.handle(message)
        if self.inbox.size == 0 and self.state == READY:
            self.state = WAITING

    def handle(self, message):
        raise NotImplementedError(self.name)


class Generator(Task):
    """Hands out numbered jobs to the workers in turn."""

    def __init__(self, name, priority, scheduler, workers, jobs):
        super().__init__(name, priority, scheduler)
        self.workers = workers
        self.jobs = jobs
        self.issued = 0

    def handle(self, message):
        for worker in self.workers:
            if self.issued == self.jobs:
                self.state = DONE
                return
            self.issued += 1
            self.send(worker, "job", self.issued)
        self.send(self, "again", 0)


class Worker(Task):
    """Computes on a job and asks a device to store what it found."""

    def __init__(self, name, priority, scheduler, device):
        super().__init__(name, priority, scheduler)
        self.device = device
        self.seed = len(name) * 7919
        self.acknowledged = 0

    def handle(self, message):
        if message.kind == "job":
            seed = self.seed
            for _ in range(4):
                seed = (seed * 1103515245 + message.payload) & 0x7FFFFFFF
            self.seed = seed
            self.send(self.device, "store", seed & 1023)
        else:
            self.acknowledged += 1


class Device(Task):
    """Keeps a checksum and answers each request."""

    def __init__(self, name, priority, scheduler):
        super().__init__(name, priority, scheduler)
        self.checksum = 0
        self.stored = 0

    def handle(self, message):
        self.checksum = (self.checksum * 31 + message.payload) % 1000003
        self.stored += 1
        self.send(message.sender, "done", self.stored)


class Scheduler:
    def __init__(self):
        self.tasks = []
        self.steps = 0

    def add(self, task):
        self.tasks.append(task)
        self.tasks.sort(key=lambda task: -task.priority)

    def run(self):
        while True:
            for task in self.tasks:
                if task.is_ready():
                    break
            else:
                return
            self.steps += 1
            task.run()


def main():
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 210_000
    scheduler = Scheduler()
    devices = [Device("disk", 40, scheduler), Device("net", 30, scheduler)]
    workers = [
        Worker("worker" + "x" * i, 20 - i, scheduler, devices[i % 2]) for i in range(3)
    ]
    generator = Generator("generator", 1, scheduler, workers, jobs)
    for task in devices + workers + [generator]:
        scheduler.add(task)
    generator.receive(Message("start", 0, None))
    scheduler.run()
    stored = sum([device.stored for device in devices])
    acknowledged = sum([worker.acknowledged for worker in workers])
    if stored != jobs or acknowledged != jobs:
        raise ValueError("lost messages")
    print("scheduler", jobs, scheduler.steps, [device.checksum for device in devices])


if __name__ == "__main__":
    main()
