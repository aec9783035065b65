module ecs-handson/tests/door/hosts/golang

go 1.25.11
