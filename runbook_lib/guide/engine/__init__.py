"""How a step runs: its beats, the changes it makes, and the robot that clicks in a rehearsal."""
