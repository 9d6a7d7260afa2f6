// After all browser tests.
import { joinResults } from "./accessibility";

export default joinResults;
