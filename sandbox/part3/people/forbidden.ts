/** What Part3's own screens would not let a person do. */
export class Forbidden extends Error {}
