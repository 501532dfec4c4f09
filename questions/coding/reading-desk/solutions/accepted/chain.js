// approach = "linked-map"
class ReadingDesk {
  constructor(places) {
    this.places = places;
    this.links = new Map();
    this.ends = {};
    this.ends.prev = this.ends;
    this.ends.next = this.ends;
  }

  askFor(book) {
    const known = this.links.get(book);
    const link = known ?? { book };
    if (known) this.unhook(link);
    this.links.set(book, link);
    link.prev = this.ends.prev;
    link.next = this.ends;
    link.prev.next = link;
    this.ends.prev = link;
    this.makeRoom();
    return known !== undefined;
  }

  nextDown() {
    return this.ends.next === this.ends ? null : this.ends.next.book;
  }

  resize(places) {
    this.places = places;
    return this.makeRoom();
  }

  unhook(link) {
    link.prev.next = link.next;
    link.next.prev = link.prev;
  }

  makeRoom() {
    const gone = [];
    while (this.links.size > this.places) {
      const link = this.ends.next;
      this.unhook(link);
      this.links.delete(link.book);
      gone.push(link.book);
    }
    return gone;
  }
}
